//! # Keys
//!
//! What each key means on the live picture's screen.

use crossterm::event::{KeyCode, KeyEvent};

use crate::terminal::keys::{Key, Pressed, ctrl, key, letter, pressed, shift};

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
    /// Everybody drawn, or many who are alike as one.
    Each,
    /// Another density.
    Density,
    /// Everybody in a new place.
    Arrange,
    /// The picture, or what is chosen in it, in the middle.
    Centre,
    /// The table, or the graph.
    Table,
    /// Who sent what to whom, or the graph.
    Sequence,
    /// The table in another order; a sequence with more or less in it.
    Sort,
    /// What is probably wrong.
    Lints,
    /// A bookmark here, or none.
    Mark,
    /// To the next bookmark, or the one before.
    Bookmark(i32),
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
    /// The program stopped, or going on.
    Stop,
    /// The program one turn further.
    Turn,
    /// The program on to the next turn, or message, of what is chosen.
    Until,
    /// The program faster, or slower.
    Pace(i32),
    /// The messages of what is chosen shown, or no longer.
    Watch,
    /// The next linkage of who is chosen.
    Linkage,
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

impl Wish {
    /// Whether it is one about a program, and so means nothing where none can be asked.
    pub fn is_for_program(self) -> bool {
        matches!(
            self,
            Self::Stop | Self::Turn | Self::Until | Self::Pace(_) | Self::Watch
        )
    }
}

/// Where a key may mean something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The graph.
    Graph,
    /// The table.
    Table,
    /// The sequence.
    Sequence,
    /// The list of lints.
    Lints,
    /// The help.
    Help,
    /// A line in which somebody types.
    Line,
}

/// Keys that belong together.
pub type Binding = crate::terminal::keys::Binding<Scope, Wish>;

const GRAPH: &[Scope] = &[Scope::Graph];
const TABLE: &[Scope] = &[Scope::Table];
const SEQUENCE: &[Scope] = &[Scope::Sequence];
const LINTS: &[Scope] = &[Scope::Lints];
const SIGHTS: &[Scope] = &[Scope::Graph, Scope::Table, Scope::Sequence];
const LISTS: &[Scope] = &[Scope::Table, Scope::Lints, Scope::Help];
const LINE: &[Scope] = &[Scope::Line];
const ALL_BUT_LINE: &[Scope] =
    &[Scope::Graph, Scope::Table, Scope::Sequence, Scope::Lints, Scope::Help];
const EVERYWHERE: &[Scope] = &[
    Scope::Graph,
    Scope::Table,
    Scope::Sequence,
    Scope::Lints,
    Scope::Help,
    Scope::Line,
];

const fn binding(
    scopes: &'static [Scope],
    names: &'static str,
    does: &'static str,
    brief: &'static str,
    keys: &'static [(Key, Wish)],
) -> Binding {
    Binding { scopes, names, does, brief, keys }
}

/// Every key, in the order of the foot of the screen.
pub const BINDINGS: [Binding; 41] = [
    binding(
        SIGHTS,
        "Space",
        "freeze the picture, or go on",
        "freeze",
        &[(letter(' '), Wish::Freeze)],
    ),
    binding(
        SIGHTS,
        "p",
        "stop the program, or let it go on",
        "stop",
        &[(letter('p'), Wish::Stop)],
    ),
    binding(
        SIGHTS,
        "u",
        "let the program take one turn",
        "turn",
        &[(letter('u'), Wish::Turn)],
    ),
    binding(
        SIGHTS,
        "U",
        "until the chosen has its turn, or message",
        "until",
        &[(letter('U'), Wish::Until)],
    ),
    binding(
        SIGHTS,
        "( )",
        "the program slower, faster",
        "pace",
        &[(letter('('), Wish::Pace(-1)), (letter(')'), Wish::Pace(1))],
    ),
    binding(
        SIGHTS,
        "w",
        "show the messages of what is chosen, or not",
        "watch",
        &[(letter('w'), Wish::Watch)],
    ),
    binding(
        SIGHTS,
        "m",
        "messages: who sent what to whom; or graph",
        "messages",
        &[(letter('m'), Wish::Sequence)],
    ),
    binding(SIGHTS, "t", "table, or graph", "table", &[(letter('t'), Wish::Table)]),
    binding(
        &[Scope::Graph, Scope::Table, Scope::Sequence, Scope::Lints],
        "!",
        "lints: what is probably wrong",
        "lints",
        &[(letter('!'), Wish::Lints)],
    ),
    binding(
        SIGHTS,
        ", .",
        "one event back, one on",
        "step",
        &[(letter(','), Wish::Step(-1)), (letter('.'), Wish::Step(1))],
    ),
    binding(
        SIGHTS,
        "[ ]",
        "a twentieth of the time back, on",
        "seek",
        &[(letter('['), Wish::Seek(-1)), (letter(']'), Wish::Seek(1))],
    ),
    binding(
        SIGHTS,
        "- +",
        "play slower, faster; also =",
        "speed",
        &[
            (letter('-'), Wish::Speed(-1)),
            (letter('+'), Wish::Speed(1)),
            (letter('='), Wish::Speed(1)),
        ],
    ),
    binding(
        SIGHTS,
        "g G",
        "first event; last, and follow: Home End f",
        "",
        &[
            (letter('g'), Wish::Start),
            (key(KeyCode::Home), Wish::Start),
            (letter('G'), Wish::Follow),
            (key(KeyCode::End), Wish::Follow),
            (letter('f'), Wish::Follow),
        ],
    ),
    binding(
        GRAPH,
        "← ↓ ↑ →",
        "choose who is there; also h j k l",
        "choose",
        &[
            (key(KeyCode::Left), Wish::Go(-1, 0)),
            (key(KeyCode::Down), Wish::Go(0, 1)),
            (key(KeyCode::Up), Wish::Go(0, -1)),
            (key(KeyCode::Right), Wish::Go(1, 0)),
            (letter('h'), Wish::Go(-1, 0)),
            (letter('j'), Wish::Go(0, 1)),
            (letter('k'), Wish::Go(0, -1)),
            (letter('l'), Wish::Go(1, 0)),
        ],
    ),
    binding(
        LISTS,
        "↓ ↑",
        "one line down, up; also j k",
        "",
        &[
            (key(KeyCode::Down), Wish::Go(0, 1)),
            (key(KeyCode::Up), Wish::Go(0, -1)),
            (letter('j'), Wish::Go(0, 1)),
            (letter('k'), Wish::Go(0, -1)),
        ],
    ),
    binding(
        SEQUENCE,
        "↓ ↑",
        "row by row; also j k",
        "row",
        &[
            (key(KeyCode::Down), Wish::Go(0, 1)),
            (key(KeyCode::Up), Wish::Go(0, -1)),
            (letter('j'), Wish::Go(0, 1)),
            (letter('k'), Wish::Go(0, -1)),
        ],
    ),
    binding(
        SEQUENCE,
        "← →",
        "more columns; also h l",
        "",
        &[
            (key(KeyCode::Left), Wish::Go(-1, 0)),
            (key(KeyCode::Right), Wish::Go(1, 0)),
            (letter('h'), Wish::Go(-1, 0)),
            (letter('l'), Wish::Go(1, 0)),
        ],
    ),
    binding(
        LINTS,
        "Enter",
        "show who it is about",
        "show",
        &[(key(KeyCode::Enter), Wish::Enter)],
    ),
    binding(
        SIGHTS,
        "Tab",
        "choose the next; BackTab: the one before",
        "",
        &[
            (key(KeyCode::Tab), Wish::Next(1)),
            (key(KeyCode::BackTab), Wish::Next(-1)),
        ],
    ),
    binding(
        SIGHTS,
        "x",
        "choose the next linkage of who is chosen",
        "",
        &[(letter('x'), Wish::Linkage)],
    ),
    binding(
        SIGHTS,
        "Enter",
        "inspect what is chosen",
        "inspect",
        &[(key(KeyCode::Enter), Wish::Inspect)],
    ),
    binding(
        GRAPH,
        "H J K L",
        "move the picture; also Shift-arrows",
        "",
        &[
            (letter('H'), Wish::Pan(-8, 0)),
            (letter('J'), Wish::Pan(0, 4)),
            (letter('K'), Wish::Pan(0, -4)),
            (letter('L'), Wish::Pan(8, 0)),
            (shift(KeyCode::Left), Wish::Pan(-8, 0)),
            (shift(KeyCode::Down), Wish::Pan(0, 4)),
            (shift(KeyCode::Up), Wish::Pan(0, -4)),
            (shift(KeyCode::Right), Wish::Pan(8, 0)),
        ],
    ),
    binding(
        ALL_BUT_LINE,
        "PgUp PgDn",
        "half a screen up, down",
        "",
        &[
            (key(KeyCode::PageUp), Wish::Page(-1)),
            (key(KeyCode::PageDown), Wish::Page(1)),
        ],
    ),
    binding(
        SIGHTS,
        "z Z",
        "fold or unfold a composite, all of them",
        "fold",
        &[(letter('z'), Wish::Fold), (letter('Z'), Wish::FoldAll)],
    ),
    binding(
        GRAPH,
        "e",
        "each of many who are alike, or one for all",
        "",
        &[(letter('e'), Wish::Each)],
    ),
    binding(
        GRAPH,
        "d",
        "density: what fits, boxes, compact",
        "density",
        &[(letter('d'), Wish::Density)],
    ),
    binding(
        GRAPH,
        "a c",
        "arrange everybody anew; centre",
        "",
        &[(letter('a'), Wish::Arrange), (letter('c'), Wish::Centre)],
    ),
    binding(
        SIGHTS,
        "b < >",
        "bookmark here; the one before, the next",
        "",
        &[
            (letter('b'), Wish::Mark),
            (letter('<'), Wish::Bookmark(-1)),
            (letter('>'), Wish::Bookmark(1)),
        ],
    ),
    binding(
        TABLE,
        "s",
        "sort by the next column",
        "sort",
        &[(letter('s'), Wish::Sort)],
    ),
    binding(
        SEQUENCE,
        "s",
        "every event, or what was sent",
        "all",
        &[(letter('s'), Wish::Sort)],
    ),
    binding(
        SIGHTS,
        "/",
        "look for a name",
        "search",
        &[(letter('/'), Wish::Search)],
    ),
    binding(SIGHTS, "n", "the next that has it", "", &[(letter('n'), Wish::Again)]),
    binding(
        SIGHTS,
        "o",
        "what the program prints",
        "",
        &[(letter('o'), Wish::Output)],
    ),
    binding(
        SIGHTS,
        "i",
        "type a line into the program",
        "",
        &[(letter('i'), Wish::Type)],
    ),
    binding(
        LINE,
        "Enter",
        "that is it; Backspace takes a letter away",
        "done",
        &[
            (key(KeyCode::Enter), Wish::Enter),
            (key(KeyCode::Backspace), Wish::Erase),
        ],
    ),
    binding(LINE, "Esc", "leave it", "leave it", &[(key(KeyCode::Esc), Wish::Back)]),
    binding(
        EVERYWHERE,
        "mouse",
        "click: choose, or a time; drag, wheel: move",
        "",
        // It comes as another event; see the screen.
        &[],
    ),
    binding(ALL_BUT_LINE, "?", "this help", "help", &[(letter('?'), Wish::Help)]),
    binding(
        ALL_BUT_LINE,
        "q Esc",
        "close, back, leave",
        "back",
        &[(letter('q'), Wish::Back), (key(KeyCode::Esc), Wish::Back)],
    ),
    binding(EVERYWHERE, "Ctrl-C", "leave at once", "", &[(ctrl('c'), Wish::Leave)]),
    binding(
        EVERYWHERE,
        "Ctrl-Z",
        "to the shell; fg comes back",
        "",
        &[(ctrl('z'), Wish::Suspend)],
    ),
];

/// Returns what a key means there.
pub fn wish(event: KeyEvent, scope: Scope) -> Option<Wish> {
    match pressed(event, scope, &BINDINGS)? {
        Pressed::Wish(wish) => Some(wish),
        Pressed::Letter(letter) if scope == Scope::Line => {
            Some(Wish::Letter(letter))
        }
        Pressed::Letter(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::{BINDINGS, EVERYWHERE, Scope, Wish, wish};
    use crate::terminal::keys::faults;

    #[test]
    fn every_key_means_one_thing_in_one_place_and_is_named_in_the_help() {
        assert_eq!(faults(EVERYWHERE, &BINDINGS), [""; 0]);
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
