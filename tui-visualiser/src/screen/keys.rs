//! # Keys
//!
//! What each key means, in one table: it is looked up when a key is pressed, and the
//! help and the line at the foot of the screen are made from it. What is not in the
//! table has no meaning, and what is, is in the help.

use crossterm::event::KeyCode::{self, Char};
use crossterm::event::{KeyEvent, KeyEventKind, KeyModifiers};

/// What somebody wants who presses a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To whoever is in that direction: columns and rows.
    Go(i32, i32),
    /// The picture, moved by so many columns and rows.
    Pan(i32, i32),
    /// Half a screen up or down.
    Page(i32),
    /// The next component, or the one before.
    Next(i32),
    /// The inspector, or no inspector.
    Inspect,
    /// A composite with its parts, or without.
    Fold,
    /// All of them.
    FoldAll,
    /// Another density.
    Density,
    /// Everybody in a new place.
    Arrange,
    /// The picture, or what is chosen in it, in the middle.
    Centre,
    /// The table, or the graph.
    Table,
    /// The table in another order.
    Sort,
    /// To look for a name.
    Search,
    /// The next that has it.
    Again,
    /// The picture frozen, or going on.
    Freeze,
    /// So many events on.
    Step(i32),
    /// So many twentieths of everything on.
    Seek(i32),
    /// The first event.
    Start,
    /// The last event, and what comes.
    Follow,
    /// Faster, or slower.
    Speed(i32),
    /// What the program prints, or not.
    Output,
    /// To type into the program.
    Type,
    /// A letter, where letters are typed.
    Letter(char),
    /// The last letter taken away.
    Erase,
    /// What was typed is whole.
    Enter,
    /// Every key and every mark.
    Help,
    /// To where one was before.
    Back,
    /// Out.
    Leave,
    /// The shell, for a while.
    Suspend,
}

/// Where a key may mean something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The graph.
    Graph,
    /// The table.
    Table,
    /// The help.
    Help,
    /// A line in which somebody types.
    Line,
}

/// Keys that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where they mean something.
    pub scopes: &'static [Scope],
    /// What they are called.
    pub names: &'static str,
    /// What they do.
    pub does: &'static str,
    /// The same in a word, for the foot of the screen; empty for what need not be there.
    pub brief: &'static str,
    /// What each means.
    pub keys: &'static [(KeyCode, Wish)],
}

const GRAPH: &[Scope] = &[Scope::Graph];
const TABLE: &[Scope] = &[Scope::Table];
const SIGHTS: &[Scope] = &[Scope::Graph, Scope::Table];
const LISTS: &[Scope] = &[Scope::Table, Scope::Help];
const LINE: &[Scope] = &[Scope::Line];
const EVERYWHERE: &[Scope] = &[Scope::Graph, Scope::Table, Scope::Help, Scope::Line];
const ALL_BUT_LINE: &[Scope] = &[Scope::Graph, Scope::Table, Scope::Help];

const fn binding(
    scopes: &'static [Scope],
    names: &'static str,
    does: &'static str,
    brief: &'static str,
    keys: &'static [(KeyCode, Wish)],
) -> Binding {
    Binding { scopes, names, does, brief, keys }
}

/// Every key, in the order of the foot of the screen.
pub const BINDINGS: [Binding; 27] = [
    binding(
        SIGHTS,
        "Space",
        "freeze the picture, or go on",
        "freeze",
        &[(Char(' '), Wish::Freeze)],
    ),
    binding(
        SIGHTS,
        ", .",
        "one event back, one on",
        "step",
        &[(Char(','), Wish::Step(-1)), (Char('.'), Wish::Step(1))],
    ),
    binding(
        SIGHTS,
        "[ ]",
        "a twentieth of the time back, on",
        "seek",
        &[(Char('['), Wish::Seek(-1)), (Char(']'), Wish::Seek(1))],
    ),
    binding(
        SIGHTS,
        "- +",
        "play slower, faster; also =",
        "speed",
        &[
            (Char('-'), Wish::Speed(-1)),
            (Char('+'), Wish::Speed(1)),
            (Char('='), Wish::Speed(1)),
        ],
    ),
    binding(
        SIGHTS,
        "g G",
        "first event; last, and follow: Home End f",
        "",
        &[
            (Char('g'), Wish::Start),
            (KeyCode::Home, Wish::Start),
            (Char('G'), Wish::Follow),
            (KeyCode::End, Wish::Follow),
            (Char('f'), Wish::Follow),
        ],
    ),
    binding(
        GRAPH,
        "← ↓ ↑ →",
        "choose who is there; also h j k l",
        "choose",
        &[
            (KeyCode::Left, Wish::Go(-1, 0)),
            (KeyCode::Down, Wish::Go(0, 1)),
            (KeyCode::Up, Wish::Go(0, -1)),
            (KeyCode::Right, Wish::Go(1, 0)),
            (Char('h'), Wish::Go(-1, 0)),
            (Char('j'), Wish::Go(0, 1)),
            (Char('k'), Wish::Go(0, -1)),
            (Char('l'), Wish::Go(1, 0)),
        ],
    ),
    binding(
        LISTS,
        "↓ ↑",
        "one line down, up; also j k",
        "",
        &[
            (KeyCode::Down, Wish::Go(0, 1)),
            (KeyCode::Up, Wish::Go(0, -1)),
            (Char('j'), Wish::Go(0, 1)),
            (Char('k'), Wish::Go(0, -1)),
        ],
    ),
    binding(
        SIGHTS,
        "Tab",
        "choose the next; BackTab: the one before",
        "",
        &[(KeyCode::Tab, Wish::Next(1)), (KeyCode::BackTab, Wish::Next(-1))],
    ),
    binding(
        SIGHTS,
        "Enter",
        "inspect what is chosen",
        "inspect",
        &[(KeyCode::Enter, Wish::Inspect)],
    ),
    binding(
        GRAPH,
        "H J K L",
        "move the picture; also Shift-arrows",
        "",
        &[
            (Char('H'), Wish::Pan(-8, 0)),
            (Char('J'), Wish::Pan(0, 4)),
            (Char('K'), Wish::Pan(0, -4)),
            (Char('L'), Wish::Pan(8, 0)),
        ],
    ),
    binding(
        ALL_BUT_LINE,
        "PgUp PgDn",
        "half a screen up, down",
        "",
        &[(KeyCode::PageUp, Wish::Page(-1)), (KeyCode::PageDown, Wish::Page(1))],
    ),
    binding(
        SIGHTS,
        "z Z",
        "fold or unfold a composite, all of them",
        "fold",
        &[(Char('z'), Wish::Fold), (Char('Z'), Wish::FoldAll)],
    ),
    binding(
        GRAPH,
        "d",
        "density: what fits, boxes, compact",
        "density",
        &[(Char('d'), Wish::Density)],
    ),
    binding(
        GRAPH,
        "a c",
        "arrange everybody anew; centre",
        "",
        &[(Char('a'), Wish::Arrange), (Char('c'), Wish::Centre)],
    ),
    binding(SIGHTS, "t", "table, or graph", "table", &[(Char('t'), Wish::Table)]),
    binding(
        TABLE,
        "s",
        "sort by the next column",
        "sort",
        &[(Char('s'), Wish::Sort)],
    ),
    binding(SIGHTS, "/", "look for a name", "search", &[(Char('/'), Wish::Search)]),
    binding(SIGHTS, "n", "the next that has it", "", &[(Char('n'), Wish::Again)]),
    binding(
        SIGHTS,
        "o",
        "what the program prints",
        "",
        &[(Char('o'), Wish::Output)],
    ),
    binding(
        SIGHTS,
        "i",
        "type a line into the program",
        "",
        &[(Char('i'), Wish::Type)],
    ),
    binding(
        LINE,
        "Enter",
        "that is it",
        "done",
        &[(KeyCode::Enter, Wish::Enter), (KeyCode::Backspace, Wish::Erase)],
    ),
    binding(LINE, "Esc", "leave it", "leave it", &[(KeyCode::Esc, Wish::Back)]),
    binding(
        EVERYWHERE,
        "mouse",
        "click: choose, or a time; drag, wheel: move",
        "",
        // It comes as another event; see the screen.
        &[],
    ),
    binding(ALL_BUT_LINE, "?", "this help", "help", &[(Char('?'), Wish::Help)]),
    binding(
        ALL_BUT_LINE,
        "q Esc",
        "close, back, leave",
        "back",
        &[(Char('q'), Wish::Back), (KeyCode::Esc, Wish::Back)],
    ),
    // Chords; see `wish`.
    binding(EVERYWHERE, "Ctrl-C", "leave at once", "", &[]),
    binding(EVERYWHERE, "Ctrl-Z", "to the shell; fg comes back", "", &[]),
];

/// Returns what a key means there.
pub fn wish(key: KeyEvent, scope: Scope) -> Option<Wish> {
    // Some systems also tell of a key's release.
    if key.kind == KeyEventKind::Release {
        return None;
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match key.code {
            Char('c') => Some(Wish::Leave),
            Char('z') => Some(Wish::Suspend),
            _ => None,
        };
    }
    if key.modifiers.contains(KeyModifiers::SHIFT) && scope == Scope::Graph {
        let pan = match key.code {
            KeyCode::Left => Some(Wish::Pan(-8, 0)),
            KeyCode::Right => Some(Wish::Pan(8, 0)),
            KeyCode::Up => Some(Wish::Pan(0, -4)),
            KeyCode::Down => Some(Wish::Pan(0, 4)),
            _ => None,
        };
        if pan.is_some() {
            return pan;
        }
    }
    let there = BINDINGS.iter().filter(|binding| binding.scopes.contains(&scope));
    let mut keys = there.flat_map(|binding| binding.keys);
    let known = keys.find(|(code, _)| *code == key.code).map(|(_, wish)| *wish);
    match (known, key.code, scope) {
        (None, Char(letter), Scope::Line) => Some(Wish::Letter(letter)),
        (known, ..) => known,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::{BINDINGS, EVERYWHERE, Scope, Wish, wish};

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for scope in EVERYWHERE {
            let mut seen = BTreeSet::new();
            let there = BINDINGS.iter().filter(|it| it.scopes.contains(scope));
            for (code, _) in there.flat_map(|it| it.keys) {
                assert!(seen.insert(format!("{code:?}")), "{code:?} in {scope:?}");
            }
        }
    }

    #[test]
    fn every_key_is_named_in_the_help() {
        for binding in BINDINGS {
            for (code, _) in binding.keys {
                let named = match code {
                    KeyCode::Char(' ') => "Space".into(),
                    KeyCode::Char(letter) => letter.to_string(),
                    KeyCode::Up => "↑".into(),
                    KeyCode::Down => "↓".into(),
                    KeyCode::Left => "←".into(),
                    KeyCode::Right => "→".into(),
                    KeyCode::PageUp => "PgUp".into(),
                    KeyCode::PageDown => "PgDn".into(),
                    KeyCode::Backspace => continue,
                    other => format!("{other:?}"),
                };
                let said = format!("{} {}", binding.names, binding.does);
                let mut words = said.split([' ', ';', ',', ':']);
                let is_comma = named == "," && binding.names.contains(',');
                assert!(is_comma || words.any(|word| word == named), "{named}");
            }
        }
    }

    #[test]
    fn where_letters_are_typed_every_letter_is_one() {
        for letter in ['q', '?', ' ', 'é'] {
            let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
            assert_eq!(wish(key, Scope::Line), Some(Wish::Letter(letter)));
        }
        let key = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(wish(key, Scope::Line), Some(Wish::Leave));
    }
}
