//! # Svg
//!
//! A painted canvas as an image, for pages and slides. It is text all the same: each run
//! of cells that show the same thing is one element, stretched to its columns, so that
//! lines meet whatever font the reader has.
//!
//! It follows the reader's choice of light or dark, and its colours can be told apart by
//! those who do not see all of them. Nothing is said by colour alone.
//!
//! Ancestor: the palette is that of Okabe and Ito (2008).

use std::fmt::Write;

use crate::canvas::{Canvas, Part};

/// The size of a cell.
const CELL: (i32, i32) = (10, 20);

/// Where letters stand in their row.
const BASELINE: i32 = 15;

const STYLE: &str = "\
text { font: 16px monospace; white-space: pre; fill: #222 }
.name { font-weight: bold }
.link { fill: #0072B2 }
.full { fill: #D55E00; font-weight: bold }
@media (prefers-color-scheme: dark) {
text { fill: #ddd } .link { fill: #56B4E9 } .full { fill: #E69F00 }
}";

/// Draws a canvas as an SVG image with this title.
pub fn svg(canvas: &Canvas, title: &str) -> String {
    let (from, to) = canvas.bounds().unwrap_or_default();
    let (columns, rows) = (to.0 - from.0, to.1 - from.1);
    let (wide, high) = ((columns + 2) * CELL.0, (rows + 2) * CELL.1);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" \
         width=\"{wide}\" height=\"{high}\" role=\"img\">\n\
         <title>{}</title>\n<style>\n{STYLE}\n</style>\n",
        escaped(title)
    );
    for y in from.1..to.1 {
        let mut x = from.0;
        while x < to.0 {
            let start = x;
            let Some((_, part)) = canvas.at((x, y)) else {
                x += 1;
                continue;
            };
            let mut run = String::new();
            while let Some((cell, other)) = canvas.at((x, y))
                && class(other) == class(part)
            {
                run += cell;
                x += 1;
            }
            if run.trim().is_empty() {
                continue;
            }
            let (left, base) = (start - from.0 + 1, y - from.1 + 1);
            let _ = writeln!(
                text,
                "<text class=\"{}\" x=\"{}\" y=\"{}\" textLength=\"{}\" \
                 lengthAdjust=\"spacingAndGlyphs\">{}</text>",
                class(part),
                left * CELL.0,
                base * CELL.1 + BASELINE,
                (x - start) * CELL.0,
                escaped(&run)
            );
        }
    }
    text + "</svg>\n"
}

fn class(part: Part) -> &'static str {
    match part {
        Part::Linkage => "link",
        Part::Name(_) => "name",
        Part::Waiting { is_full: true, .. } => "full",
        Part::Waiting { .. } | Part::State(_) => "state",
        Part::Border(_) | Part::Inbox(_) | Part::Outbox(_) => "box",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::svg;
    use crate::figure::Figure;
    use crate::model::Model;

    #[test]
    fn a_name_is_text_and_never_markup() {
        let line = r#"{"ev":"snapshot","links":[],"components":[
            {"id":1,"name":"a<b>&c"}]}"#;
        let model = Model::at(&[line.parse().unwrap()], 0);
        let canvas = Figure::live().paint(&model, &[].into());
        let image = svg(&canvas, "x < y");
        assert!(image.contains("<title>x &lt; y</title>"), "{image}");
        assert!(image.contains(">a&lt;b&gt;&amp;c</text>"), "{image}");
        // Three rows of border, name and border: every element is closed.
        assert_eq!(image.matches("<text").count(), image.matches("</text>").count());
    }
}
