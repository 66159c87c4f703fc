"""Files of problems in, a folder of predictions out: resumable, in order, on as many processes as one likes."""
