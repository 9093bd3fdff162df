import { fontStack } from '../palette.ts';

const light =
  '--ground:#f5f6f7;--paper:#fff;--ink:#1c2126;--soft:#59636e;--line:#e2e5e9;--gap:#eceef1;--hatch:#c3c9d0;--accent:#1f62c9;--notice:#fff7e0;--notice-line:#e9cf86;--stamp:rgba(16,21,26,.32);--edge:rgba(255,255,255,.35);--bar:#c2410c;--mark:#9a3412;color-scheme:light';
const dark =
  '--ground:#111418;--paper:#1a1f25;--ink:#e8ebee;--soft:#a0aab4;--line:#2d343c;--gap:#272d35;--hatch:#4a535e;--accent:#7fb2ff;--notice:#2c2616;--notice-line:#6b5a24;--stamp:rgba(255,255,255,.55);--edge:rgba(0,0,0,.45);--bar:#fb923c;--mark:#fdba74;color-scheme:dark';

/** The page's style sheet: light and dark, wide and narrow, screen and paper. */
export const styleSheet = `
:root{${light}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}
:root[data-theme=dark]{${dark}}
*{box-sizing:border-box}
html{scroll-padding:16px;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.55 ${fontStack};font-variant-numeric:tabular-nums}
.top,main{max-width:1720px;margin:0 auto;padding:0 32px}
.top{display:flex;gap:24px;justify-content:space-between;align-items:flex-start;padding-top:36px;padding-bottom:20px}
h1{font-size:28px;line-height:1.2;font-weight:650;letter-spacing:-.01em;margin:0 0 8px}
h2{font-size:18px;font-weight:650;margin:0 0 14px}
h3{display:flex;flex-wrap:wrap;gap:0 10px;align-items:baseline;font-size:16px;font-weight:650;margin:0;overflow-wrap:anywhere}
p{margin:0}
a{color:var(--accent);text-decoration:none}
a:hover{text-decoration:underline}
small{display:block;color:var(--soft);font-size:12.5px;line-height:1.4;font-weight:400}
code,pre{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
bdi{overflow-wrap:anywhere}
.soft,.hint,.made,.lede{color:var(--soft)}
.lede{max-width:72ch}
.made{font-size:13px;margin-top:6px}
.hint{font-size:13px;font-weight:400;margin-left:10px}
.between{margin:32px 0 14px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
[hidden]{display:none!important}
button{font:inherit;font-size:13px;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:7px;padding:5px 12px;cursor:pointer;white-space:nowrap}
button:hover{border-color:var(--soft)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.switches{display:flex;flex-wrap:wrap;gap:8px;justify-content:flex-end;align-items:center;flex:none;max-width:600px}
.opening{min-width:0;flex:1 1 auto}
.headline{font-size:17px;line-height:1.45;max-width:86ch;margin-bottom:4px}
label{font-size:13px;color:var(--soft);display:inline-flex;gap:6px;align-items:center;white-space:nowrap}
select,input{font:inherit;font-size:13px;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:7px;padding:5px 8px;min-width:0;max-width:100%}
select:hover,input:hover{border-color:var(--soft)}
.glance{margin:0 0 20px}
.glance ul{list-style:none;margin:0;padding:0;display:grid;gap:16px 18px;grid-template-columns:repeat(auto-fill,minmax(min(100%,168px),1fr))}
.glance li{min-width:0;font-size:12.5px;line-height:1.4}
.glance a{display:block;color:var(--ink);font-size:13px;font-weight:600}
.thumb{position:relative;display:block;overflow:hidden;border:1px solid var(--line);border-radius:6px;background:var(--gap);aspect-ratio:2/1}
.glance a:hover .thumb{border-color:var(--soft)}
.thumb svg{display:block;width:100%;height:100%}
.thumb .stamp{position:absolute;inset:0;display:grid;place-items:center;font-size:17px;font-weight:700;letter-spacing:.12em;color:var(--stamp);text-shadow:0 0 3px var(--edge);transform:rotate(-14deg);white-space:nowrap}
.ends{display:flex;justify-content:space-between;color:var(--soft);font-size:11px;font-weight:400;line-height:1.5}
.who,.what{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.what b{color:var(--ink);font-weight:600;margin-right:4px}
.notice{background:var(--notice);border:1px solid var(--notice-line);border-radius:10px;padding:12px 16px;margin-bottom:20px;font-size:14px}
.card,.panel{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:22px 24px}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;width:100%}
.summary{font-size:14px}
.summary th,.summary td{text-align:left;vertical-align:top;padding:11px 12px 11px 0;border-top:1px solid var(--line);font-weight:400}
.summary thead th{color:var(--soft);font-size:12.5px;border-top:0;padding-top:0;white-space:nowrap}
.summary th.number,.summary td.number{text-align:right;white-space:nowrap}
.summary bdi{overflow-wrap:break-word}
.summary .task{white-space:nowrap}
.summary .wide{min-width:164px}
.summary .name{min-width:190px}
.summary .price{min-width:96px}
.summary td.number small{white-space:normal;min-width:104px;max-width:11em;margin-left:auto}
.summary td.number+td:not(.number),.summary th.number+th:not(.number){padding-left:18px}
.summary tr>:last-child{padding-right:0}
.summary th.name a{font-weight:600}
.summary .label{display:none}
.line{display:block}
.badges{display:flex;flex-wrap:wrap;gap:6px}
.badge{display:inline-block;font-size:11px;line-height:1;font-weight:650;letter-spacing:.04em;padding:4px 7px;border-radius:5px;border:1px solid var(--line);color:var(--soft);white-space:nowrap;vertical-align:2px}
.summary .badges{margin:4px 0 2px}
.badge.sim{background:var(--notice);border-color:var(--notice-line);color:var(--ink)}
.panels{display:grid;gap:20px;align-items:start;grid-template-columns:repeat(auto-fit,minmax(min(100%,540px),1fr))}
.panel{min-width:0;display:flex;flex-direction:column}
.panel header{display:flex;flex-wrap:wrap;align-items:center;gap:6px 12px;margin-bottom:8px}
.panel .task{color:var(--soft);font-weight:400}
.note{color:var(--soft);font-size:13.5px;margin:0 0 6px}
.verdict{margin-bottom:6px}
figure{margin:0;padding-top:10px}
.chart{position:relative;border-radius:6px}
.chart .picture svg{display:block;width:100%;height:auto}
.chart .plot{display:none}
.chart.live .plot{display:block}
.chart.live .picture{display:none}
.chart .title,.chart .axis{fill:var(--soft)}
.chart .title{fill:var(--ink)}
.plot .main-svg{overflow:visible!important}
.plot .modebar-container{top:auto!important;left:auto!important;right:0;bottom:0}
.plot .modebar{top:auto!important;bottom:0}
.cursor{position:absolute;pointer-events:none;border:2px solid var(--ink);box-shadow:0 0 0 1.5px var(--paper),inset 0 0 0 1.5px var(--paper);border-radius:2px}
.tip{position:absolute;z-index:2;pointer-events:none;background:var(--paper);border:1px solid var(--line);border-radius:7px;box-shadow:0 4px 14px #0003;padding:7px 10px;font-size:12.5px;line-height:1.45;max-width:320px;white-space:pre-line;overflow-wrap:anywhere}
.trends{display:grid;gap:14px 24px;grid-template-columns:repeat(auto-fit,minmax(min(100%,240px),1fr));margin-top:14px}
.trend{min-width:0;max-width:330px}
h4{font-size:12.5px;font-weight:600;color:var(--soft);margin:0 0 4px}
.lines{display:block;width:100%;height:auto;fill:var(--soft)}
.lines .rule{stroke:var(--line);stroke-width:1;fill:none}
.lines .stamp{fill:var(--stamp)}
.speed{margin-top:12px;font-size:13px}
.speed .note{margin:6px 0 0}
.overlays{display:grid;gap:28px;grid-template-columns:minmax(0,1fr)}
.overlay{min-width:0}
.overlay .task{color:var(--soft);font-weight:400}
.wide-chart svg{min-width:820px;max-width:1240px}
.stroke{width:28px;height:8px;flex:none;fill:none}
#difference .picture{max-width:960px;margin-top:10px}
#difference .picture svg{display:block;width:100%;height:auto}
#difference .title,#difference .axis{fill:var(--soft)}
.counts{font-size:13.5px;margin-top:6px}
.pick{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;margin:10px 0}
.pick label{min-width:0;max-width:100%}
.pick select{flex:0 1 auto}
.pick .grow{flex:1 1 220px}
.pick input{flex:1 1 auto;width:100%}
.pick output{font-size:13px;color:var(--soft)}
.compare,.evidence{margin-top:28px}
.rows{list-style:none;margin:0 0 10px;padding:0;max-height:520px;overflow:auto;border-top:1px solid var(--line)}
.rows:empty{display:none}
.rows li{border-bottom:1px solid var(--line)}
.rows button{display:grid;width:100%;text-align:left;border:0;border-radius:0;background:none;padding:8px 6px;gap:2px 16px;grid-template-columns:minmax(150px,1.1fr) minmax(150px,1fr) minmax(120px,.8fr) 3fr;align-items:baseline;white-space:normal}
.rows button:hover{background:var(--ground)}
.rows button:focus-visible{outline-offset:-2px}
.rows b{font-weight:600;overflow-wrap:anywhere}
.rows q{quotes:none;color:var(--soft);overflow-wrap:anywhere;unicode-bidi:isolate;min-width:0}
.outcome{font-weight:600}
.outcome.miss{color:var(--mark)}
.outcome.none{color:var(--soft)}
.gaps{font-size:14px}
.gaps th,.gaps td{text-align:left;vertical-align:top;padding:10px 16px 10px 0;border-top:1px solid var(--line);font-weight:400}
.gaps thead th{color:var(--soft);font-size:12.5px;border-top:0;padding-top:0}
.gaps th.number,.gaps td.number{text-align:right;white-space:nowrap}
.gaps td:last-child{color:var(--soft)}
.gaps strong{font-weight:600}
.why{display:flex;gap:10px}
.why .key{margin-top:3px}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;margin:8px 0 0;padding:0;font-size:13px}
.legend li{display:flex;align-items:center;gap:6px}
.key{width:17px;height:17px;flex:none;border-radius:3px;fill:none;stroke:var(--soft);stroke-width:.42;stroke-linejoin:round;stroke-linecap:round}
.key.gap{background:repeating-linear-gradient(135deg,var(--gap) 0 3px,var(--hatch) 3px 4.5px)}
.key.flag{background:#0cd79f;stroke:#10151a}
.source{color:var(--soft);font-size:12.5px;margin-top:8px;overflow-wrap:anywhere}
.values{margin-top:12px;font-size:13px}
summary{cursor:pointer;color:var(--soft);font-size:13px;width:fit-content}
summary:hover{color:var(--ink)}
table.scores,.by-length{margin-top:10px;font-size:12.5px}
.values caption{text-align:left;color:var(--soft);padding-bottom:8px}
.values th,.values td{padding:3px 7px;text-align:right;border-top:1px solid var(--line);white-space:nowrap;font-weight:400}
.values th{color:var(--soft)}
main>.card{margin-top:28px}
main>.glance+.card,main>.notice+.card,main>.card:first-child{margin-top:0}
.provenance{margin:28px 0 48px}
.method{color:var(--soft);font-size:13.5px;max-width:88ch;margin-bottom:18px}
.runs{display:grid;gap:28px;grid-template-columns:repeat(auto-fit,minmax(min(100%,520px),1fr))}
.run{min-width:0}
.run h3{margin-bottom:8px}
dl{margin:0 0 10px;font-size:13.5px}
dl>div{display:grid;grid-template-columns:minmax(110px,180px) 1fr;gap:12px;padding:4px 0;border-top:1px solid var(--line)}
dt{color:var(--soft)}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
.hash{color:var(--soft)}
pre{margin:10px 0 0;background:var(--ground);border:1px solid var(--line);border-radius:8px;padding:12px}
#detail{position:fixed;z-index:5;left:0;right:0;bottom:0;max-height:min(56vh,620px);overflow:auto;background:var(--paper);border-top:1px solid var(--line);box-shadow:0 -8px 30px #0000002e;padding:16px max(32px,calc((100vw - 1656px)/2)) 28px}
.detail-head{display:flex;gap:12px 20px;align-items:flex-start;justify-content:space-between;margin-bottom:12px}
.detail-head h2{margin:0;font-size:17px;outline:none}
.detail-head .where{color:var(--soft);font-size:13.5px}
.detail-buttons{display:flex;flex-wrap:wrap;gap:6px;justify-content:flex-end;flex:none}
.where-bar{position:relative;height:6px;border-radius:3px;background:var(--gap);margin:8px 0 4px;overflow:hidden}
.where-bar i{position:absolute;top:0;bottom:0;width:6px;margin-left:-3px;border-radius:3px;background:#d97706}
.command{display:block;background:var(--ground);border:1px solid var(--line);border-radius:8px;padding:8px 10px;overflow-x:auto;white-space:nowrap}
.trials{display:flex;flex-wrap:wrap;gap:6px;margin-bottom:12px}
.trials button[aria-pressed=true]{border-color:var(--ink);box-shadow:inset 0 0 0 1px var(--ink)}
.detail-body{display:grid;gap:8px 32px;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr))}
.detail-body h3{font-size:12.5px;font-weight:600;color:var(--soft);margin:8px 0 4px}
.quote{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate;background:var(--ground);border:1px solid var(--line);border-radius:8px;padding:9px 12px;max-height:260px;overflow:auto;font-size:14px}
.quote .around{color:var(--soft)}
.quote mark{background:#ebb83955;color:inherit;border-radius:3px;padding:1px 2px}
@media (max-width:1020px){
.top{flex-direction:column;gap:14px}
.switches{justify-content:flex-start;max-width:none}
}
@media (max-width:760px){
.glance ul{grid-template-columns:repeat(auto-fill,minmax(132px,1fr))}
.rows button{grid-template-columns:1fr 1fr}
.rows q{grid-column:1/-1}
.gaps thead{display:none}
.gaps,.gaps tbody,.gaps tr,.gaps th,.gaps td{display:block}
.gaps tr{border-top:1px solid var(--line);padding:10px 0}
.gaps th,.gaps td,.gaps td.number{border:0;padding:3px 0;text-align:left}
.detail-head{flex-direction:column}
.detail-buttons{justify-content:flex-start}
.headline{font-size:16px}
.top,main{padding-left:16px;padding-right:16px}
.top{padding-top:22px}
h1{font-size:24px}
.card,.panel{padding:16px 14px}
.hint{display:none}
.summary thead{display:none}
.summary,.summary tbody,.summary tr,.summary th,.summary td{display:block}
.summary tr{border-top:1px solid var(--line);padding:12px 0}
.summary tr:first-child{border-top:0;padding-top:0}
.summary th,.summary td,.summary td.number{border:0;padding:3px 0;text-align:left;white-space:normal}
.summary td{display:grid;grid-template-columns:118px 1fr;gap:12px}
.summary td.number+td:not(.number){padding-left:0}
.summary td.number small{max-width:none;min-width:0;margin:0}
.summary .label{display:block;color:var(--soft);font-size:13px}
.summary th.name{padding-bottom:6px}
dl>div{grid-template-columns:112px 1fr}
#detail{padding:14px 16px 24px;max-height:70vh}
}
@media print{
body{background:#fff;font-size:11pt}
.switches,#detail,.hint,.cursor,.tip,.evidence,.pick{display:none!important}
.card,.panel{border:0;padding:0 0 12pt;break-inside:avoid}
.chart.live .picture{display:block}.chart.live .plot{display:none}
.panels{display:block}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
