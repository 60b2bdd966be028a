/** The stylesheet of every page. Dark colours have a media query of their own, because older browsers do not know `light-dark()`. */
export const style = `
:root{color-scheme:light dark;--ground:#edf1f6;--card:#fff;--text:#17212d;--soft:#4b5867;--line:#d5dce4;--field:#fff;--edge:#76828f;
--brand:#0b4f8a;--pressed:#083c69;--on-brand:#fff;--focus:#b45309;--bad:#a3211a;--bad-ground:#fdeeec;--good:#17653a;--good-ground:#e8f5ed}
@media(prefers-color-scheme:dark){:root{--ground:#0c1118;--card:#161d27;--text:#e8edf3;--soft:#a8b4c2;--line:#2d3846;--field:#0f151d;--edge:#748293;
--brand:#86bdf0;--pressed:#a9d1f6;--on-brand:#08141f;--focus:#f5b041;--bad:#ff9d94;--bad-ground:#33191a;--good:#8ed8ab;--good-ground:#13291d}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;padding:1.25rem .75rem;display:flex;flex-direction:column;align-items:center;background:var(--ground);color:var(--text);
font:1rem/1.6 system-ui,-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif;overflow-wrap:anywhere}
header,main,footer{width:100%;max-width:27rem}
header{display:flex;align-items:center;gap:.75rem;margin:auto 0 1rem;padding:0 .25rem;font-weight:600;line-height:1.35}
header svg{flex:none;width:2.75rem;height:2.75rem;fill:var(--brand);stroke:var(--on-brand)}
main{padding:1.5rem 1.25rem;background:var(--card);border:1px solid var(--line);border-top:4px solid var(--brand);border-radius:.75rem;box-shadow:0 1px 2px #0f1b2a0d,0 8px 24px #0f1b2a14}
footer{margin:.75rem 0 auto}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.3}
p{margin:0 0 1rem}
main>:last-child,main>:last-child>:last-child{margin-bottom:0}
[hidden]{display:none!important}
a{color:var(--brand)}
ul{margin:0 0 1rem;padding:0;list-style:none;border-top:1px solid var(--line)}
li{padding:.55rem 0;border-bottom:1px solid var(--line)}
dl{margin:0 0 1.25rem;padding:.85rem 1rem;background:var(--ground);border-radius:.5rem}
dt{color:var(--soft);font-size:.875rem}
dd{margin:0 0 .6rem;font-weight:600}
dd:last-child{margin-bottom:0}
form{margin:0}
label{display:block;margin:0 0 .3rem;font-weight:600}
input{display:block;width:100%;min-height:3rem;margin:0 0 1.1rem;padding:.6rem .75rem;font:inherit;color:var(--text);background:var(--field);border:1px solid var(--edge);border-radius:.5rem}
input[aria-invalid=true]{border:2px solid var(--bad)}
.hint{margin:-.1rem 0 .4rem;color:var(--soft);font-size:.875rem}
button,.button{display:flex;align-items:center;justify-content:center;width:100%;min-height:3rem;margin:0 0 .75rem;padding:.6rem 1rem;font:inherit;font-weight:600;line-height:1.35;text-align:center;text-decoration:none;
color:var(--on-brand);background:var(--brand);border:1px solid var(--brand);border-radius:.5rem;cursor:pointer}
button:hover,.button:hover{background:var(--pressed);border-color:var(--pressed)}
.quiet{color:var(--brand);background:transparent;border-color:var(--edge)}
.quiet:hover{color:var(--on-brand)}
.choice{flex-direction:column;align-items:flex-start;text-align:left}
.choice small{font-size:.875rem;font-weight:400}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.refusal,.done{padding:.7rem .9rem;border-left:4px solid var(--bad);border-radius:.25rem .5rem .5rem .25rem;background:var(--bad-ground);color:var(--bad);font-weight:600}
.refusal:focus-visible{outline:1px solid;outline-offset:0}
.done{border-color:var(--good);background:var(--good-ground);color:var(--good)}
.aside{display:flex;align-items:center;justify-content:center;min-height:2.75rem}
.codes{columns:2;border:0}
.codes li{font-family:ui-monospace,monospace}
figure{margin:0 0 1rem;text-align:center}
figure svg{width:12rem;height:12rem}
.note{color:var(--soft);font-size:.875rem}
.part{margin-top:1.25rem;padding-top:1.25rem;border-top:1px solid var(--line)}
nav{display:flex;justify-content:center;gap:.25rem;font-size:.9375rem}
nav>*,nav>button{display:flex;align-items:center;justify-content:center;width:auto;min-width:5.5rem;min-height:2.75rem;margin:0;padding:0 1rem;font-weight:400;color:var(--soft);background:none;border:0;border-radius:.5rem;text-decoration:underline;text-underline-offset:.25em}
nav>[aria-current]{color:var(--text);font-weight:600;text-decoration:none}
nav>a:hover,nav>button:hover{color:var(--text);background:var(--line)}
@media(min-width:40rem){body{padding:2rem 1rem}main{padding:2rem}}
`;
