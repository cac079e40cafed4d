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
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// Half a screen up.
    PageUp,
    /// Half a screen down.
    PageDown,
    /// To the first line.
    First,
    /// To the last line.
    Last,
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Look at an exercise and try it whenever it is saved.
    Watch,
    /// Try it now.
    Check,
    /// The report of the next checkpoint that is not green.
    Next,
    /// The report of the one before.
    Previous,
    /// A hint.
    Hint,
    /// The beginning of an exercise.
    Reset,
    /// That it was meant.
    Yes,
    /// The book.
    Book,
    /// Every key and every mark.
    Help,
    /// To where one was before.
    Back,
    /// Out.
    Leave,
}

/// Where a key may mean something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole course.
    Course,
    /// One exercise.
    Exercise,
    /// A question of yes or no.
    Question,
    /// The help.
    Help,
}

/// Keys that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where they mean something.
    pub scopes: &'static [Scope],
    /// The keys, as the help names them.
    pub names: &'static str,
    /// What they do.
    pub does: &'static str,
    /// The same in a word, for the foot of the screen; empty for what need not be there.
    pub brief: &'static str,
    /// What each means.
    pub keys: &'static [(KeyCode, Wish)],
}

const SCREENS: &[Scope] = &[Scope::Course, Scope::Exercise];
const COURSE: &[Scope] = &[Scope::Course];
const EXERCISE: &[Scope] = &[Scope::Exercise];
const QUESTION: &[Scope] = &[Scope::Question];
const LISTS: &[Scope] = &[Scope::Course, Scope::Exercise, Scope::Help];
const EVERYWHERE: &[Scope] =
    &[Scope::Course, Scope::Exercise, Scope::Question, Scope::Help];

/// Every key, in the order of the foot of the screen.
pub const BINDINGS: [Binding; 17] = [
    Binding {
        scopes: LISTS,
        names: "↑ ↓  k j",
        does: "move, or scroll",
        brief: "",
        keys: &[
            (KeyCode::Up, Wish::Up),
            (KeyCode::Down, Wish::Down),
            (Char('k'), Wish::Up),
            (Char('j'), Wish::Down),
        ],
    },
    Binding {
        scopes: LISTS,
        names: "PgUp PgDn",
        does: "half a screen; also Space",
        brief: "",
        keys: &[
            (KeyCode::PageUp, Wish::PageUp),
            (KeyCode::PageDown, Wish::PageDown),
            (Char(' '), Wish::PageDown),
        ],
    },
    Binding {
        scopes: LISTS,
        names: "g G",
        does: "first, last; also Home, End",
        brief: "",
        keys: &[
            (Char('g'), Wish::First),
            (Char('G'), Wish::Last),
            (KeyCode::Home, Wish::First),
            (KeyCode::End, Wish::Last),
        ],
    },
    Binding {
        scopes: EXERCISE,
        names: "← →",
        does: "scroll sideways",
        brief: "",
        keys: &[(KeyCode::Left, Wish::Left), (KeyCode::Right, Wish::Right)],
    },
    Binding {
        scopes: COURSE,
        names: "Enter w",
        does: "watch: check at each save",
        brief: "watch",
        keys: &[(KeyCode::Enter, Wish::Watch), (Char('w'), Wish::Watch)],
    },
    Binding {
        scopes: COURSE,
        names: "c",
        does: "check now",
        brief: "check",
        keys: &[(Char('c'), Wish::Check)],
    },
    Binding {
        scopes: EXERCISE,
        names: "n p",
        does: "next, previous failure",
        brief: "other failure",
        keys: &[(Char('n'), Wish::Next), (Char('p'), Wish::Previous)],
    },
    Binding {
        scopes: EXERCISE,
        names: "a",
        does: "check again, as c does",
        brief: "again",
        keys: &[(Char('a'), Wish::Check), (Char('c'), Wish::Check)],
    },
    Binding {
        scopes: EXERCISE,
        names: "Enter",
        does: "when all is green: go on",
        brief: "",
        keys: &[(KeyCode::Enter, Wish::Watch)],
    },
    Binding {
        scopes: SCREENS,
        names: "h",
        does: "a hint; again: the next",
        brief: "hint",
        keys: &[(Char('h'), Wish::Hint)],
    },
    Binding {
        scopes: COURSE,
        names: "r",
        does: "reset to the beginning",
        brief: "reset",
        keys: &[(Char('r'), Wish::Reset)],
    },
    Binding {
        scopes: SCREENS,
        names: "b",
        does: "the book",
        brief: "book",
        keys: &[(Char('b'), Wish::Book)],
    },
    Binding {
        scopes: SCREENS,
        names: "?",
        does: "this help",
        brief: "help",
        keys: &[(Char('?'), Wish::Help)],
    },
    Binding {
        scopes: QUESTION,
        names: "y",
        does: "yes",
        brief: "yes",
        keys: &[(Char('y'), Wish::Yes)],
    },
    Binding {
        scopes: QUESTION,
        names: "n",
        does: "no",
        brief: "no",
        keys: &[(Char('n'), Wish::Back)],
    },
    Binding {
        scopes: EVERYWHERE,
        names: "q Esc",
        does: "close, back, leave",
        brief: "back",
        keys: &[(Char('q'), Wish::Back), (KeyCode::Esc, Wish::Back)],
    },
    Binding {
        scopes: EVERYWHERE,
        names: "Ctrl-C",
        does: "leave at once",
        brief: "",
        // A chord; see `wish`.
        keys: &[],
    },
];

/// Returns what a key means there.
pub fn wish(key: KeyEvent, scope: Scope) -> Option<Wish> {
    // Some systems also tell of a key's release.
    if key.kind != KeyEventKind::Press {
        return None;
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return (key.code == Char('c')).then_some(Wish::Leave);
    }
    let there = BINDINGS.iter().filter(|binding| binding.scopes.contains(&scope));
    let mut keys = there.flat_map(|binding| binding.keys);
    keys.find(|(code, _)| *code == key.code).map(|(_, wish)| *wish)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

    use super::{BINDINGS, EVERYWHERE, Scope, Wish, wish};

    fn pressed(code: KeyCode, scope: Scope) -> Option<Wish> {
        wish(KeyEvent::new(code, KeyModifiers::NONE), scope)
    }

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
    fn a_key_may_mean_another_thing_in_another_place() {
        let n = KeyCode::Char('n');
        assert_eq!(pressed(n, Scope::Exercise), Some(Wish::Next));
        assert_eq!(pressed(n, Scope::Question), Some(Wish::Back));
        assert_eq!(pressed(n, Scope::Course), None);
    }

    #[test]
    fn a_capital_letter_comes_with_shift() {
        let key = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(wish(key, Scope::Course), Some(Wish::Last));
    }

    #[test]
    fn control_c_leaves_from_everywhere_and_its_release_means_nothing() {
        let mut key = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        for scope in EVERYWHERE {
            assert_eq!(wish(key, *scope), Some(Wish::Leave));
        }
        key.kind = KeyEventKind::Release;
        assert_eq!(wish(key, Scope::Course), None);
    }

    #[test]
    fn the_names_in_the_help_are_those_of_the_keys() {
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
                    other => format!("{other:?}"),
                };
                let said = format!("{} {}", binding.names, binding.does);
                let mut words = said.split([' ', ';', ',']);
                assert!(words.any(|word| word == named), "{named}");
            }
        }
    }
}
