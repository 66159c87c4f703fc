"""The page's style sheet, on top of Gradio's theme."""

STYLE = """
.gradio-container, .gradio-container main { width: 100% !important; }
.gradio-container { max-width: 860px !important; margin: 0 auto !important; }
.gradio-container .main.fillable { padding: 12px clamp(4px, 2vw, 24px) !important; }
.gradio-container main { padding-inline: clamp(4px, 2vw, 16px) !important; }
#intro h1 { margin: 0.25rem 0; font-size: clamp(1.4rem, 5vw, 2rem); }
#ask { align-items: end; }
#question textarea { font-size: 1.1rem; line-height: 1.6; }
#solve { background: var(--primary-600); min-height: 3rem; align-self: stretch; max-height: 6rem; }
#answer textarea {
  font-size: clamp(2rem, 9vw, 3.25rem); font-weight: 700; line-height: 1.25;
  color: var(--primary-700); -webkit-text-fill-color: currentcolor; opacity: 1;
}
.dark #answer textarea { color: var(--primary-300); }
#expression textarea { font-size: 1.3rem; line-height: 1.5; }
#steps ol { padding-inline-start: 1.6rem; }
#steps li { font-size: 1.15rem; overflow-wrap: anywhere; padding-block: 0.1rem; }
#message { border-inline-start: 4px solid var(--primary-500); padding: 0.5rem 0.9rem; }
#message p { font-size: 1.05rem; }
#numbers .textfield { font-size: 1.1rem; word-break: normal; overflow-wrap: anywhere; }
#numbers .textfield { display: block; }
#numbers .token-container, #numbers .token, #numbers .text { display: inline; white-space: normal; }
#numbers .text { white-space: pre-wrap; margin: 0; padding: 0; }
#numbers .token.highlighted { color: inherit !important; padding-inline: 0.3em; margin-inline: 0.1em; }
#numbers .token .label { margin-inline-start: 0.3em; }
#alternatives .text { overflow-wrap: anywhere; }
#note p { font-size: 0.9rem; }
"""
