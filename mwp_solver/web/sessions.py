"""Lets go of what Gradio keeps of every session, so that the server's memory does not grow with its calls.

To Gradio (6.31) every call of an endpoint by ``/call`` is a session, and of each it keeps a description of the whole
page (140 kB of this one), of the last 10,000 sessions: 1.4 GB. A call that is answered needs its session no more. Those
of pages stay, but fewer (``PageOptions.sessions``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio import Blocks
    from starlette.types import ASGIApp, Receive, Scope, Send

CALL = "/gradio_api/call/"
MOST_WAITING = 4000
"""sessions with events that nobody has fetched, before the oldest are forgotten"""


class ForgetsAnswered:
    """Middleware that forgets a call's session when its answer has been sent.

    Args:
        app: the server's application.
        blocks: the page that is mounted in it.
    """

    def __init__(self, app: ASGIApp, blocks: Blocks) -> None:
        self.app, self.blocks = app, blocks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].rstrip("/") if scope["type"] == "http" else ""
        try:
            await self.app(scope, receive, send)
        finally:
            if path.startswith(CALL):
                if scope["method"] == "GET":
                    # Where the caller named no session, it is called like the event, which stands last in the address.
                    self._forget(path.rpartition("/")[2])
                self._trim()

    def _forget(self, session: str) -> None:
        """Whatever came of the call: its caller has had the answer or has hung up, and cannot come back for it."""
        queue = self.blocks._queue
        if not queue.pending_event_ids_session.pop(session, None):
            queue.pending_messages_per_session.pop(session, None)
        self.blocks.state_holder.session_data.pop(session, None)
        self.blocks.state_holder.time_last_used.pop(session, None)

    def _trim(self) -> None:
        """Forget who waits for events that nobody can fetch any more; Gradio keeps the messages of 2,000 sessions."""
        queue = self.blocks._queue
        if len(queue.pending_event_ids_session) > MOST_WAITING:
            for session in queue.pending_event_ids_session.keys() - queue.pending_messages_per_session.keys():
                del queue.pending_event_ids_session[session]
