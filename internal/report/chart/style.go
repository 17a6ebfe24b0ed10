package chart

// Style is the colours and lines of charts, as CSS; pages use its variables too. There is one accent. Base is grey, what is measured now is the
// accent, red is what failed.
const Style = `:root{--paper:#fff;--panel:#f6f7f9;--ink:#16191d;--mute:#5f6873;--rule:#e2e5e9;--base:#8b95a1;--accent:#1f5fd0;--fail:#c3232b;color-scheme:light dark}` +
	`@media(prefers-color-scheme:dark){:root{--paper:#101317;--panel:#181c22;--ink:#e8eaed;--mute:#99a3af;--rule:#2b313a;--base:#7d8793;--accent:#7aa5ff;--fail:#ff7a76}}` +
	`@media print{:root{--paper:#fff;--panel:#f6f7f9;--ink:#16191d;--mute:#5f6873;--rule:#d5d9de;--base:#8b95a1;--accent:#1f5fd0;--fail:#c3232b}}` +
	`.chart{font:11.5px/1 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums;display:block;max-width:100%;height:auto;print-color-adjust:exact;-webkit-print-color-adjust:exact}` +
	`.chart text{fill:var(--ink);stroke:var(--paper);stroke-width:3px;stroke-linejoin:round;paint-order:stroke}.chart .c-mute{fill:var(--mute)}.chart .c-strong{font-weight:600}.chart .c-accent{fill:var(--accent);font-weight:600}.chart .c-base{fill:var(--mute);font-weight:600}.chart .c-fail{fill:var(--fail);font-weight:600}` +
	`.chart path{fill:none;stroke:var(--ink)}.chart .l-grid{stroke:var(--rule)}.chart .l-axis{stroke:var(--mute)}` +
	`.chart .l-head{stroke:var(--accent);stroke-width:2;stroke-linejoin:round}.chart .l-base{stroke:var(--base);stroke-width:2;stroke-linejoin:round}` +
	`.chart .l-thin{stroke:var(--ink);stroke-opacity:.75}.chart .l-limit{stroke:var(--ink);stroke-dasharray:5 4}.chart .l-breach{stroke:var(--fail);stroke-dasharray:5 4}.chart .l-fail{stroke:var(--fail);stroke-width:2}` +
	`.chart .l-level{stroke:var(--ink);stroke-width:1.5}.chart .l-step{stroke:var(--ink);stroke-dasharray:1.5 3}.chart .l-drift{stroke:var(--accent);stroke-width:2;stroke-dasharray:7 4}` +
	`.chart .f-band{fill:var(--accent);fill-opacity:.14;stroke:none}.chart .f-future{fill:var(--panel);stroke:none}` +
	`.chart .f-head{fill:var(--accent);stroke:none}.chart .f-base{fill:var(--base);stroke:none}.chart .f-fail{fill:var(--fail);stroke:none}.chart .f-faint{fill:var(--accent);fill-opacity:.45;stroke:none}` +
	`.chart .h1{fill:var(--accent);fill-opacity:.1;stroke:none}.chart .h2{fill:var(--accent);fill-opacity:.22;stroke:none}.chart .h3{fill:var(--accent);fill-opacity:.36;stroke:none}.chart .h4{fill:var(--accent);fill-opacity:.52;stroke:none}.chart .h5{fill:var(--accent);fill-opacity:.72;stroke:none}.chart .h6{fill:var(--accent);fill-opacity:1;stroke:none}`
