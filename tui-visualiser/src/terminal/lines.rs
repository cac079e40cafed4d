//! # Lines
//!
//! What every screen is put together from: rules, pairs of a name and what it means, the
//! keys at the foot, and what is said where there is too little room.
//!
//! Widths are those that a terminal gives the letters, in any script.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::canvas::{padded, visible, width};
use crate::terminal::keys::Binding;
use crate::terminal::marks::{MORE, RULE};
use crate::terminal::theme::THEME;

/// Draws one line in the first row of an area; outside the screen, nothing.
pub fn put(line: Line<'_>, area: Rect, frame: &mut Frame) {
    let area = Rect { height: area.height.min(1), ..area };
    let area = area.intersection(frame.area());
    frame.render_widget(line, area);
}

/// Draws lines from the top of an area down, as far as it reaches.
pub fn put_all<'a>(
    lines: impl IntoIterator<Item = Line<'a>>,
    area: Rect,
    frame: &mut Frame,
) {
    for (line, row) in lines.into_iter().zip(area.rows()) {
        put(line, row, frame);
    }
}

/// Says that the screen has not room enough, in its middle.
pub fn too_small(needed: (u16, u16), area: Rect, frame: &mut Frame) {
    let said = [
        "too small".to_string(),
        format!("{} x {} are needed,", needed.0, needed.1),
        format!("this is {} x {}", area.width, area.height),
    ];
    let top = area.height.saturating_sub(3) / 2;
    let middle = Rect { y: area.y + top, height: area.height - top, ..area };
    let said = said.into_iter().map(|it| Line::from(it).centered());
    put_all(said, middle, frame);
}

/// A rule with a word near its left end and another near its right end.
pub fn rule(left: &str, right: &str, wide: u16) -> Line<'static> {
    let sign = RULE.sign.to_string();
    let between = |word: String| match &*word {
        "" => word,
        _ => format!(" {word} "),
    };
    let wide = usize::from(wide);
    let right = between(right.to_string());
    let left = between(cut(left, wide.saturating_sub(width(&right) + 6)));
    let rest = sign.repeat(wide.saturating_sub(width(&left) + width(&right) + 4));
    let faint = |text: String| Span::styled(text, THEME.faint);
    Line::from(vec![
        faint(sign.repeat(2)),
        Span::styled(left, THEME.strong),
        faint(rest),
        Span::raw(right),
        faint(sign.repeat(2)),
    ])
}

/// The foot of a screen: as many keys as there is room for. The last two, which lead to
/// the help and out, are always there.
pub fn foot(keys: &[(&str, &str)], wide: u16) -> Line<'static> {
    let (first, last) = keys.split_at(keys.len().saturating_sub(2));
    let size = |(names, brief): &(&str, &str)| width(names) + width(brief) + 3;
    let needed: usize = last.iter().map(size).sum();
    let mut room = usize::from(wide).saturating_sub(needed);
    let fits = first.iter().take_while(|it| {
        let fits = size(it) <= room;
        room = room.saturating_sub(size(it));
        fits
    });
    let spans = fits.chain(last).flat_map(|(names, brief)| {
        let names = Span::styled(format!(" {names}"), THEME.strong);
        [names, Span::raw(format!(" {brief} "))]
    });
    Line::from_iter(spans)
}

/// The keys that a foot names, for a place of a screen.
pub fn briefs<Scope: Copy + PartialEq, Wish: Copy>(
    bindings: &[Binding<Scope, Wish>],
    scope: Scope,
) -> Vec<(&'static str, &'static str)> {
    let there = bindings.iter().filter(|it| it.is_in(scope) && !it.brief.is_empty());
    there.map(|it| (it.names, it.brief)).collect()
}

/// A line of a help: a name, in a column so wide, and what it means.
pub fn pair(name: &str, wide: usize, means: &str) -> Line<'static> {
    Line::from(vec![
        Span::styled(padded(name, wide), THEME.strong),
        Span::raw(means.to_string()),
    ])
}

/// One line in one style.
pub fn line(text: impl Into<String>, style: Style) -> Line<'static> {
    Line::styled(text.into(), style)
}

/// At most so many cells of a text; if there are more, the last says so.
pub fn cut(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_string();
    }
    let (mut kept, mut used) = (String::new(), 0);
    for letter in text.chars() {
        used += width(letter.encode_utf8(&mut [0; 4]));
        if used >= most {
            break;
        }
        kept.push(letter);
    }
    if most > 0 {
        kept.push(MORE.sign);
    }
    kept
}

/// A text in lines of at most so many cells, broken between words where that is
/// possible.
pub fn broken(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(cut(word, most)),
        }
    }
    lines
}

/// A text in exactly so many cells.
pub fn fitted(text: &str, wide: usize) -> String {
    padded(&cut(text, wide), wide)
}

/// A text that cannot command the terminal.
pub fn clean(text: &str) -> String {
    text.chars().map(visible).collect()
}

#[cfg(test)]
mod tests {
    use super::{broken, cut, fitted, foot, rule};

    #[test]
    fn a_text_is_cut_by_cells_and_says_that_it_goes_on() {
        assert_eq!(cut("reader", 6), "reader");
        assert_eq!(cut("reader", 5), "read…");
        assert_eq!(cut("reader", 1), "…");
        assert_eq!(cut("reader", 0), "");
        // Each of these letters is two cells wide.
        assert_eq!(cut("読者読者", 6), "読者…");
        assert_eq!(fitted("読者読者", 6), "読者… ");
    }

    #[test]
    fn prose_is_broken_between_words() {
        assert_eq!(
            broken("waits for room in it", 9),
            ["waits for", "room in", "it"]
        );
        assert_eq!(broken("overwhelming", 5), ["over…"]);
        assert_eq!(broken("  ", 5), [""; 0]);
    }

    #[test]
    fn a_rule_is_as_wide_as_it_should_be_if_that_is_possible() {
        for wide in [20, 30, 80] {
            let line = rule("a rather long name", "q: close", wide);
            assert_eq!(line.width(), usize::from(wide), "{line}");
        }
        assert_eq!(rule("name", "", 12).to_string(), "── name ────");
    }

    #[test]
    fn the_last_two_keys_are_always_at_the_foot() {
        let keys = [("a", "first"), ("b", "second"), ("?", "help"), ("q", "back")];
        assert_eq!(foot(&keys, 30).to_string(), " a first  ? help  q back ");
        assert_eq!(foot(&keys, 1).to_string(), " ? help  q back ");
    }
}
