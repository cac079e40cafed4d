//! # Chart
//!
//! Draws what was measured as bars in an SVG, for the book and the README. The axis is
//! logarithmic, because the slowest takes a hundred times as long as the fastest: each
//! vertical line is ten times the one before it. Text stays text, and the colours follow
//! the reader's choice of light or dark.

use std::fmt::Write;

use crate::peer::Peer;
use crate::round::Figure;

/// The widths of a line: the names, the bars.
const NAMES: f64 = 110.0;
const BARS: f64 = 500.0;
const LINE: f64 = 18.0;

/// What follows the reader: a background of its own would be a box on every other page.
const STYLE: &str = "text{font:12px sans-serif;fill:#333}.case{font-weight:bold}\
    .grid{stroke:#999;stroke-opacity:.4}.bar{fill:#8a94a6}.ours{fill:#d9480f}\
    @media(prefers-color-scheme:dark){text{fill:#ddd}.bar{fill:#6b7688}.ours{fill:#ff8a4c}}";

/// Returns the chart of all cases that were measured.
pub(crate) fn svg(cases: &[Vec<Figure>]) -> String {
    let all = || cases.iter().flatten().map(Figure::median);
    let lowest = all().fold(f64::INFINITY, f64::min).log10().floor();
    let highest = all().fold(1.0, f64::max).log10().ceil();
    let decade = BARS / (highest - lowest).max(1.0);
    let end = |nanoseconds: f64| NAMES + (nanoseconds.log10() - lowest) * decade;
    let lines: usize = cases.iter().map(|figures| figures.len() + 2).sum();
    let height = (lines as f64 + 1.0) * LINE;
    let width = NAMES + BARS + 90.0;
    // Writing into a string does not fail.
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\"><title>Nanoseconds for each operation, less is better\
         </title><style>{STYLE}</style>\n"
    );
    let mut power = lowest;
    while power <= highest {
        let (x, bottom) = (NAMES + (power - lowest) * decade, height - LINE);
        let _ = writeln!(
            svg,
            "<path class=\"grid\" d=\"M{x:.0} 0V{bottom:.0}\"/>\
             <text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{} ns</text>",
            bottom + 13.0,
            10_f64.powf(power),
        );
        power += 1.0;
    }
    let mut y = LINE;
    for figures in cases {
        let Some(first) = figures.first() else { continue };
        let _ = writeln!(
            svg,
            "<text class=\"case\" x=\"0\" y=\"{y:.0}\">{}: {}</text>",
            first.case.name(),
            first.case.unit(),
        );
        for figure in figures {
            y += LINE;
            let median = figure.median();
            let kind = if figure.peer == Peer::Axon { "bar ours" } else { "bar" };
            let _ = writeln!(
                svg,
                "<text x=\"0\" y=\"{y:.0}\">{}</text>\
                 <rect class=\"{kind}\" x=\"{NAMES}\" y=\"{:.0}\" width=\"{:.1}\" \
                 height=\"13\"/><text x=\"{:.1}\" y=\"{y:.0}\">{median:.1}</text>",
                figure.peer.name(),
                y - 11.0,
                (end(median) - NAMES).max(1.0),
                end(median).max(NAMES) + 6.0,
            );
        }
        y += 2.0 * LINE;
    }
    svg + "</svg>\n"
}
