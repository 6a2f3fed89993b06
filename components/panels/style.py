"""The look of the page. Nothing in here depends on a model."""

from __future__ import annotations

STYLE = """<style>
:root {
  --mbml-belief: light-dark(#2563eb, #7aa7ff);
  --mbml-observed: light-dark(#c2570c, #ffb35c);
  --mbml-good: light-dark(#15803d, #5fd38a);
  --mbml-warn: light-dark(#a15c00, #ffc861);
  --mbml-bad: light-dark(#b91c1c, #ff8f8f);
  --mbml-line: light-dark(#d9dee7, #3a4150);
  --mbml-card: light-dark(#ffffff, #161c28);
  --mbml-soft: light-dark(#5b6472, #a9b2c0);
}
/* Everything is in rem, so the page grows with the projector: 16.5 px at 1280, 22 px at 1920. */
html { font-size: clamp(15px, calc(5px + 0.9vw), 28px) !important; }
[data-testid="stMainBlockContainer"] { max-width: none; padding: 1.6rem 2.2rem 2rem; }
[data-testid="stHeader"] { background: transparent; height: 2.4rem; min-height: 0; pointer-events: none; }
[data-testid="stHeader"] button { pointer-events: auto; }
[data-testid="stSidebar"][data-collapsed="false"] {
  width: 18rem !important; min-width: 18rem !important; max-width: 18rem !important;
}
[data-testid="stSidebarHeader"] { height: 2rem; margin-bottom: 0; padding: 0.6rem 0.6rem 0; }
[data-testid="stSidebarUserContent"] { padding-top: 0; }
[data-testid="stSidebar"] [role="radiogroup"] { gap: 0.35rem; }
.stButton p, .stSelectbox input, [role="option"] { font-size: 1rem; }
.stButton p { white-space: normal; overflow: visible; line-height: 1.3; }
.st-key-status .stButton p { white-space: nowrap; }
.stRadio p { font-size: 0.95rem; line-height: 1.3; }
/* Streamlit pulls markdown up by the margin of its last paragraph; ours ends without one. */
[data-testid="stMarkdownContainer"]:has(> div) { margin-bottom: 0; }
svg.mbml-bars { display: block; width: 100%; height: auto; overflow: visible; }

.mbml-title { font-size: 2rem; font-weight: 700; line-height: 1.15; letter-spacing: -0.01em; }
.mbml-summary { font-size: 1.1rem; color: var(--mbml-soft); margin-top: 0.3rem; max-width: 60em; }
.mbml-brand {
  font-size: 1.5rem; font-weight: 800; letter-spacing: -0.02em; line-height: 1.1; margin-bottom: 0.3rem;
}
.mbml-brand span { color: var(--mbml-belief); }
.mbml-brand small {
  display: block; margin-top: 0.3rem; font-size: 0.95rem; font-weight: 400; letter-spacing: 0;
  color: var(--mbml-soft);
}
.mbml-head { font-weight: 700; font-size: 1.15rem; padding: 0.75rem 0 0.1rem; }
.mbml-says { border-left: 0.25rem solid var(--mbml-belief); padding: 0.1rem 0 0.1rem 0.8rem; font-size: 1.05rem; }
.mbml-legend { color: var(--mbml-soft); font-size: 0.95rem; }
.mbml-story { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 0 2rem; }
.mbml-story strong { color: var(--mbml-belief); }

/* What a suggestion says stays beside a long board; in a narrow window the board stands below it. */
@media (min-width: 641px) and (min-height: 600px) {
  [data-testid="stColumn"]:has([class*="st-key-suggestion_"]) { position: sticky; top: 0; align-self: flex-start; }
}
/* The wrapper sticks, not the container in it: only the wrapper has room to move. */
[data-testid="stLayoutWrapper"]:has(> .st-key-status) {
  position: sticky; top: 0; z-index: 5; background: light-dark(#ffffff, #10141c); padding: 0.3rem 0;
}
.mbml-status { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 1.1rem; font-size: 1.15rem; }
.mbml-status .badge { font-weight: 700; padding: 0.15rem 0.8rem; border-radius: 2rem; border: 2px solid; }
.mbml-status .exact { color: var(--mbml-good); }
.mbml-status .approximate { color: var(--mbml-warn); border-style: dashed; }
.mbml-status .impossible { color: var(--mbml-bad); }
.why { color: var(--mbml-soft); margin-top: 0.3rem; overflow-wrap: anywhere; }
.mbml-conflict {
  border: 2px solid var(--mbml-bad); border-radius: 0.7rem; padding: 0.7rem 1rem; font-size: 1.1rem;
  overflow-wrap: anywhere;
}

.mbml-conflict p, .mbml-conflict ul { margin: 0; }

.st-key-board {
  display: grid !important; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0.9rem;
}
.st-key-board > [data-testid="stLayoutWrapper"], .st-key-board [class*="st-key-card_"] { height: 100%; }
.st-key-board [class*="st-key-card_"] {
  background: var(--mbml-card); border: 1px solid var(--mbml-line); border-radius: 0.8rem;
  padding: 0.8rem 1rem 0.9rem; gap: 0.5rem; justify-content: space-between;
}
.mbml-bars text { fill: currentColor; font-family: inherit; }
.mbml-bars .heading { font-weight: 700; }
.mbml-bars .number { font-variant-numeric: tabular-nums; font-weight: 600; }
.mbml-bars .note, .mbml-bars.observed .heading { fill: var(--mbml-observed); }
.mbml-bars .note { font-weight: 600; }
.mbml-bars .mark { fill: var(--mbml-belief); }
.mbml-bars .track { fill: currentColor; opacity: 0.06; }
.mbml-bars .prior { fill: currentColor; opacity: 0.2; }
.mbml-bars .belief { fill: var(--mbml-belief); transition: width 0.25s ease-out; }
.mbml-bars.observed .belief { fill: var(--mbml-observed); }
.mbml-bars.stale { opacity: 0.45; }
.mbml-bars.stale .belief, .mbml-bars.stale .mark { fill: currentColor; }
.mbml-bars.stale .prior { opacity: 0; }
@media (prefers-reduced-motion: reduce) { .mbml-bars .belief { transition: none; } }
</style>"""
