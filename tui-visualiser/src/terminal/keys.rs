//! # Keys
//!
//! The form of a screen's table of keys: which keys belong together, where they mean
//! something, what they are called and what they do. A screen looks up in it what a
//! pressed key means, and makes its help and its last line of it. So what is not in the
//! table has no meaning, and what is, is in the help.
//!
//! What the keys mean is each screen's own business.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key, alone or held together with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    code: KeyCode,
    held: KeyModifiers,
}

/// A key alone.
pub const fn key(code: KeyCode) -> Key {
    Key { code, held: KeyModifiers::NONE }
}

/// A letter alone.
pub const fn letter(letter: char) -> Key {
    key(KeyCode::Char(letter))
}

/// A letter with Ctrl.
pub const fn ctrl(letter: char) -> Key {
    Key { code: KeyCode::Char(letter), held: KeyModifiers::CONTROL }
}

/// A key with Shift. For letters there are capitals instead.
pub const fn shift(code: KeyCode) -> Key {
    Key { code, held: KeyModifiers::SHIFT }
}

impl Key {
    /// The key of an event; none if it is the release of one, of which some systems
    /// tell as well.
    fn of(event: KeyEvent) -> Option<Self> {
        let matters = match event.code {
            // A capital letter comes with Shift or without, as the system likes.
            KeyCode::Char(_) | KeyCode::BackTab => KeyModifiers::CONTROL,
            _ => KeyModifiers::CONTROL | KeyModifiers::SHIFT,
        };
        let held = event.modifiers & matters;
        let is_release = event.kind == KeyEventKind::Release;
        (!is_release).then_some(Self { code: event.code, held })
    }

    /// The letter that it types, if it types one.
    fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(letter) if self.held.is_empty() => Some(letter),
            _ => None,
        }
    }

    /// What a help calls it.
    fn name(self) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => "Space".into(),
            KeyCode::Char(letter) if self.held == KeyModifiers::CONTROL => {
                letter.to_ascii_uppercase().to_string()
            }
            KeyCode::Char(letter) => letter.to_string(),
            KeyCode::Up | KeyCode::Down | KeyCode::Left | KeyCode::Right
                if self.held == KeyModifiers::SHIFT =>
            {
                "arrows".into()
            }
            KeyCode::Up => "↑".into(),
            KeyCode::Down => "↓".into(),
            KeyCode::Left => "←".into(),
            KeyCode::Right => "→".into(),
            KeyCode::PageUp => "PgUp".into(),
            KeyCode::PageDown => "PgDn".into(),
            other => format!("{other:?}"),
        };
        match self.held {
            KeyModifiers::CONTROL => format!("Ctrl-{name}"),
            KeyModifiers::SHIFT => format!("Shift-{name}"),
            _ => name,
        }
    }
}

/// Keys that belong together, on a screen that has such places and such wishes.
#[derive(Clone, Copy, Debug)]
pub struct Binding<Scope: 'static, Wish: 'static> {
    /// Where they mean something.
    pub scopes: &'static [Scope],
    /// What they are called.
    pub names: &'static str,
    /// What they do.
    pub does: &'static str,
    /// The same in a word, for the foot of the screen; empty for what need not be there.
    pub brief: &'static str,
    /// What each means.
    pub keys: &'static [(Key, Wish)],
}

impl<Scope: Copy + PartialEq, Wish: Copy> Binding<Scope, Wish> {
    /// Whether its keys mean something there.
    pub fn is_in(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// What a pressed key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressed<Wish> {
    /// A key that means something there.
    Wish(Wish),
    /// A letter that means nothing there, and can be typed.
    Letter(char),
}

/// Looks up what a key means there.
pub fn pressed<Scope: Copy + PartialEq, Wish: Copy>(
    event: KeyEvent,
    scope: Scope,
    bindings: &[Binding<Scope, Wish>],
) -> Option<Pressed<Wish>> {
    let key = Key::of(event)?;
    let there = bindings.iter().filter(|binding| binding.is_in(scope));
    let mut keys = there.flat_map(|binding| binding.keys);
    let known = keys.find(|(known, _)| *known == key).map(|(_, wish)| *wish);
    known.map(Pressed::Wish).or_else(|| key.typed().map(Pressed::Letter))
}

/// Says what is wrong with a table of keys: a key that means two things in one place, or
/// that the help does not name. For the screens' tests.
pub fn faults<Scope: Copy + PartialEq + std::fmt::Debug, Wish: Copy>(
    scopes: &[Scope],
    bindings: &[Binding<Scope, Wish>],
) -> Vec<String> {
    let mut faults = Vec::new();
    for scope in scopes {
        let there = bindings.iter().filter(|it| it.is_in(*scope));
        let keys: Vec<Key> =
            there.flat_map(|it| it.keys).map(|(key, _)| *key).collect();
        let twice = |n: usize| keys[..n].contains(&keys[n]);
        let twice = (0..keys.len()).filter(|n| twice(*n));
        faults.extend(
            twice.map(|n| {
                format!("{} means two things in {scope:?}", keys[n].name())
            }),
        );
    }
    for binding in bindings {
        let said = format!("{} {}", binding.names, binding.does);
        let words = || said.split([' ', ';', ',', ':']);
        for (key, _) in binding.keys {
            let name = key.name();
            let is_comma = name == "," && binding.names.contains(',');
            if !is_comma && !words().any(|word| word == name) {
                faults.push(format!("the help does not name {name}"));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

    use super::{Binding, Pressed, ctrl, faults, key, letter, pressed, shift};

    const TABLE: [Binding<u8, char>; 3] = [
        Binding {
            scopes: &[1, 2],
            names: "G Ctrl-C",
            does: "go",
            brief: "",
            keys: &[(letter('G'), 'g'), (ctrl('c'), 'c')],
        },
        Binding {
            scopes: &[1],
            names: "↑",
            does: "up; Shift-arrows: more",
            brief: "",
            keys: &[(key(KeyCode::Up), 'u'), (shift(KeyCode::Up), 'U')],
        },
        Binding { scopes: &[2], names: "↑", does: "", brief: "", keys: &[] },
    ];

    fn means(code: KeyCode, held: KeyModifiers, scope: u8) -> Option<Pressed<char>> {
        pressed(KeyEvent::new(code, held), scope, &TABLE)
    }

    #[test]
    fn a_key_may_mean_another_thing_in_another_place_or_nothing() {
        let wish = |wish| Some(Pressed::Wish(wish));
        let (none, held) = (KeyModifiers::NONE, KeyModifiers::SHIFT);
        assert_eq!(means(KeyCode::Up, none, 1), wish('u'));
        assert_eq!(means(KeyCode::Up, held, 1), wish('U'));
        assert_eq!(means(KeyCode::Up, none, 2), None);
        // A capital letter may come with Shift.
        assert_eq!(means(KeyCode::Char('G'), held, 1), wish('g'));
        assert_eq!(means(KeyCode::Char('G'), none, 2), wish('g'));
        assert_eq!(means(KeyCode::Char('c'), KeyModifiers::CONTROL, 2), wish('c'));
        let letter = Some(Pressed::Letter('c'));
        assert_eq!(means(KeyCode::Char('c'), none, 2), letter);
    }

    #[test]
    fn the_release_of_a_key_means_nothing() {
        let mut event = KeyEvent::new(KeyCode::Up, KeyModifiers::NONE);
        event.kind = KeyEventKind::Release;
        assert_eq!(pressed(event, 1, &TABLE), None);
    }

    #[test]
    fn a_table_is_faulty_if_a_key_means_two_things_or_has_no_name() {
        assert_eq!(faults(&[1, 2], &TABLE), [""; 0]);
        let nameless = Binding { names: "H", ..TABLE[0] };
        let said = faults(&[1, 2], &[TABLE[0], nameless]);
        let expected = [
            "G means two things in 1",
            "Ctrl-C means two things in 1",
            "G means two things in 2",
            "Ctrl-C means two things in 2",
            "the help does not name G",
            "the help does not name Ctrl-C",
        ];
        assert_eq!(said, expected);
    }
}
