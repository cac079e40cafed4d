//! # Keys
//!
//! What each key means on the course's screens.

use crossterm::event::{KeyCode, KeyEvent};
use tui_visualiser::terminal::keys::{Pressed, ctrl, key, letter, pressed};

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
pub type Binding = tui_visualiser::terminal::keys::Binding<Scope, Wish>;

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
            (key(KeyCode::Up), Wish::Up),
            (key(KeyCode::Down), Wish::Down),
            (letter('k'), Wish::Up),
            (letter('j'), Wish::Down),
        ],
    },
    Binding {
        scopes: LISTS,
        names: "PgUp PgDn",
        does: "half a screen; also Space",
        brief: "",
        keys: &[
            (key(KeyCode::PageUp), Wish::PageUp),
            (key(KeyCode::PageDown), Wish::PageDown),
            (letter(' '), Wish::PageDown),
        ],
    },
    Binding {
        scopes: LISTS,
        names: "g G",
        does: "first, last; also Home, End",
        brief: "",
        keys: &[
            (letter('g'), Wish::First),
            (letter('G'), Wish::Last),
            (key(KeyCode::Home), Wish::First),
            (key(KeyCode::End), Wish::Last),
        ],
    },
    Binding {
        scopes: EXERCISE,
        names: "← →",
        does: "scroll sideways",
        brief: "",
        keys: &[
            (key(KeyCode::Left), Wish::Left),
            (key(KeyCode::Right), Wish::Right),
        ],
    },
    Binding {
        scopes: COURSE,
        names: "Enter w",
        does: "watch: check at each save",
        brief: "watch",
        keys: &[(key(KeyCode::Enter), Wish::Watch), (letter('w'), Wish::Watch)],
    },
    Binding {
        scopes: COURSE,
        names: "c",
        does: "check now",
        brief: "check",
        keys: &[(letter('c'), Wish::Check)],
    },
    Binding {
        scopes: EXERCISE,
        names: "n p",
        does: "next, previous failure",
        brief: "other failure",
        keys: &[(letter('n'), Wish::Next), (letter('p'), Wish::Previous)],
    },
    Binding {
        scopes: EXERCISE,
        names: "a",
        does: "check again, as c does",
        brief: "again",
        keys: &[(letter('a'), Wish::Check), (letter('c'), Wish::Check)],
    },
    Binding {
        scopes: EXERCISE,
        names: "Enter",
        does: "when all is green: go on",
        brief: "",
        keys: &[(key(KeyCode::Enter), Wish::Watch)],
    },
    Binding {
        scopes: SCREENS,
        names: "h",
        does: "a hint; again: the next",
        brief: "hint",
        keys: &[(letter('h'), Wish::Hint)],
    },
    Binding {
        scopes: COURSE,
        names: "r",
        does: "reset to the beginning",
        brief: "reset",
        keys: &[(letter('r'), Wish::Reset)],
    },
    Binding {
        scopes: SCREENS,
        names: "b",
        does: "the book",
        brief: "book",
        keys: &[(letter('b'), Wish::Book)],
    },
    Binding {
        scopes: SCREENS,
        names: "?",
        does: "this help",
        brief: "help",
        keys: &[(letter('?'), Wish::Help)],
    },
    Binding {
        scopes: QUESTION,
        names: "y",
        does: "yes",
        brief: "yes",
        keys: &[(letter('y'), Wish::Yes)],
    },
    Binding {
        scopes: QUESTION,
        names: "n",
        does: "no",
        brief: "no",
        keys: &[(letter('n'), Wish::Back)],
    },
    Binding {
        scopes: EVERYWHERE,
        names: "q Esc",
        does: "close, back, leave",
        brief: "back",
        keys: &[(letter('q'), Wish::Back), (key(KeyCode::Esc), Wish::Back)],
    },
    Binding {
        scopes: EVERYWHERE,
        names: "Ctrl-C",
        does: "leave at once",
        brief: "",
        keys: &[(ctrl('c'), Wish::Leave)],
    },
];

/// Returns what a key means there.
pub fn wish(event: KeyEvent, scope: Scope) -> Option<Wish> {
    match pressed(event, scope, &BINDINGS)? {
        Pressed::Wish(wish) => Some(wish),
        Pressed::Letter(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    use tui_visualiser::terminal::keys::faults;

    use super::{BINDINGS, EVERYWHERE, Scope, Wish, wish};

    #[test]
    fn every_key_means_one_thing_in_one_place_and_is_named_in_the_help() {
        assert_eq!(faults(EVERYWHERE, &BINDINGS), [""; 0]);
    }

    #[test]
    fn a_key_may_mean_another_thing_in_another_place() {
        let means = |scope| {
            wish(KeyEvent::new(KeyCode::Char('n'), KeyModifiers::NONE), scope)
        };
        assert_eq!(means(Scope::Exercise), Some(Wish::Next));
        assert_eq!(means(Scope::Question), Some(Wish::Back));
        assert_eq!(means(Scope::Course), None);
    }

    #[test]
    fn control_c_leaves_from_everywhere() {
        let key = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        for scope in EVERYWHERE {
            assert_eq!(wish(key, *scope), Some(Wish::Leave));
        }
    }
}
