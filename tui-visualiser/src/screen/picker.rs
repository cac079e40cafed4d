//! # Picker
//!
//! The list of what there is to be seen, from which somebody chooses with keys or mouse.
//! It looks for nothing itself: that is for the [finds](crate::Finds).

use std::time::SystemTime;

use crossterm::event::{Event, KeyCode, MouseButton, MouseEventKind};
use ratatui::Frame;
use ratatui::text::Line;

use crate::finds::{Find, Finds};
use crate::screen::marks::PLAYING;
use crate::terminal::keys::{Binding, Key, Pressed, ctrl, key, letter, pressed};
use crate::terminal::lines::{
    briefs, clean, cut, fitted, foot, line, put, too_small,
};
use crate::terminal::theme::{Look, THEME};

/// So many columns and rows are needed.
const SMALLEST: (u16, u16) = (40, 6);

/// The rows above the list.
const ABOVE: u16 = 2;

/// What is said where there is nothing.
const NOTHING: [&str; 4] = [
    "No system runs that can be seen, and there is no recording in this folder.",
    "  AXON_TRACE=live cargo run --example NAME     a system that can be seen",
    "  AXON_TRACE=run.jsonl cargo run --example NAME     one that is recorded",
    "  cargo vis run -- cargo run --example NAME     one that is shown at once",
];

/// A list from which somebody chooses.
#[derive(Clone, Debug)]
pub struct Picker {
    finds: Finds,
    chosen: usize,
    /// The first row that is shown.
    first: usize,
    /// The terminal's rows.
    rows: u16,
    said: Option<String>,
    /// When the list was made.
    now: SystemTime,
}

/// What somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// To see this.
    Show(Find),
    /// Another look at what there is.
    Renew,
    /// The shell, for a while.
    Suspend,
    /// Out.
    Leave,
}

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Go(i32),
    Show,
    Renew,
    Suspend,
    Leave,
}

/// The only place that there is.
const HERE: &[()] = &[()];

const fn binding(
    names: &'static str,
    does: &'static str,
    brief: &'static str,
    keys: &'static [(Key, Wish)],
) -> Binding<(), Wish> {
    Binding { scopes: HERE, names, does, brief, keys }
}

const BINDINGS: [Binding<(), Wish>; 6] = [
    binding(
        "↓ ↑",
        "the next, the one before; also j k, mouse",
        "choose",
        &[
            (key(KeyCode::Down), Wish::Go(1)),
            (key(KeyCode::Up), Wish::Go(-1)),
            (letter('j'), Wish::Go(1)),
            (letter('k'), Wish::Go(-1)),
        ],
    ),
    binding("Ctrl-C", "leave", "", &[(ctrl('c'), Wish::Leave)]),
    binding("Ctrl-Z", "to the shell", "", &[(ctrl('z'), Wish::Suspend)]),
    binding("r", "look again", "look again", &[(letter('r'), Wish::Renew)]),
    binding("Enter", "show it", "show", &[(key(KeyCode::Enter), Wish::Show)]),
    binding(
        "q Esc",
        "leave",
        "leave",
        &[(letter('q'), Wish::Leave), (key(KeyCode::Esc), Wish::Leave)],
    ),
];

impl Picker {
    /// Begins with the first.
    pub fn new(finds: Finds) -> Self {
        let now = SystemTime::now();
        Self { finds, chosen: 0, first: 0, rows: 24, said: None, now }
    }

    /// Shows another list, and says why, if there is a reason. Whoever was chosen stays
    /// chosen.
    pub fn renew(&mut self, finds: Finds, why: Option<String>) {
        let before = self.finds.all.get(self.chosen).map(|it| it.path.clone());
        let same = finds.all.iter().position(|it| Some(&it.path) == before.as_ref());
        *self = Self { rows: self.rows, said: why, ..Self::new(finds) };
        self.chosen = same.unwrap_or(0);
        self.reveal();
    }

    /// Does what somebody wants, or says what is to be done.
    pub fn update(&mut self, event: &Event) -> Option<Choice> {
        let wish = match event {
            Event::Key(key) => match pressed(*key, (), &BINDINGS)? {
                Pressed::Wish(wish) => wish,
                Pressed::Letter(_) => return None,
            },
            Event::Resize(_, rows) => {
                self.rows = *rows;
                self.reveal();
                return None;
            }
            Event::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollDown => Wish::Go(1),
                MouseEventKind::ScrollUp => Wish::Go(-1),
                MouseEventKind::Down(MouseButton::Left) => {
                    let row = usize::from(mouse.row.checked_sub(ABOVE)?);
                    let pressed = self.first + row;
                    let is_there =
                        row < self.room() && pressed < self.finds.all.len();
                    if !is_there {
                        return None;
                    }
                    // What is chosen already is shown by another click.
                    let was = std::mem::replace(&mut self.chosen, pressed);
                    if was == pressed { Wish::Show } else { return None }
                }
                _ => return None,
            },
            _ => return None,
        };
        self.said = None;
        match wish {
            Wish::Go(by) => {
                let last = self.finds.all.len().saturating_sub(1);
                let by = isize::try_from(by).unwrap_or(0);
                self.chosen = self.chosen.saturating_add_signed(by).min(last);
                self.reveal();
                None
            }
            Wish::Show => self.finds.all.get(self.chosen).cloned().map(Choice::Show),
            Wish::Renew => Some(Choice::Renew),
            Wish::Suspend => Some(Choice::Suspend),
            Wish::Leave => Some(Choice::Leave),
        }
    }

    /// How many rows of the list there is room for.
    fn room(&self) -> usize {
        usize::from(self.rows.saturating_sub(ABOVE + 2)).max(1)
    }

    fn reveal(&mut self) {
        let earliest = (self.chosen + 1).saturating_sub(self.room());
        self.first = self.first.max(earliest).min(self.chosen);
    }

    /// Draws it.
    pub fn view(&self, look: Look, frame: &mut Frame) {
        let area = frame.area();
        let wide = usize::from(area.width);
        let row = |y: u16| ratatui::layout::Rect { y, height: 1, ..area };
        if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
            too_small(SMALLEST, area, frame);
            return look.apply(frame.buffer_mut());
        }
        put(line(" what is there to be seen", THEME.strong), row(0), frame);
        let all = &self.finds.all;
        if all.is_empty() {
            for (y, text) in (ABOVE..).zip(NOTHING) {
                put(Line::from(cut(&format!(" {text}"), wide)), row(y), frame);
            }
        }
        let rows: Vec<_> = all.iter().map(|it| it.row(self.now)).collect();
        let widest = |n: usize| {
            rows.iter().map(|row| row[n].chars().count()).max().unwrap_or(0)
        };
        let (kind, name) = (widest(0).min(10), widest(1).min(wide / 3));
        let about = widest(2).min(wide / 3);
        let seen = rows.iter().enumerate().skip(self.first).take(self.room());
        for (y, (n, it)) in (ABOVE..).zip(seen) {
            let is_chosen = n == self.chosen;
            let sign = if is_chosen { PLAYING.sign } else { ' ' };
            let text = format!(
                " {sign} {}  {}  {}  {}",
                fitted(&it[0], kind),
                fitted(&it[1], name),
                fitted(&it[2], about),
                it[3]
            );
            let style = if is_chosen { THEME.chosen } else { THEME.plain };
            put(line(fitted(&text, wide), style), row(y), frame);
        }
        let said = self.said.as_ref().or(self.finds.notices.first());
        if let Some(said) = said {
            let said = cut(&format!(" {}", clean(said)), wide);
            put(line(said, THEME.bad), row(area.height - 2), frame);
        }
        put(foot(&briefs(&BINDINGS, ()), area.width), row(area.height - 1), frame);
        look.apply(frame.buffer_mut());
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use crossterm::event::{
        Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent,
        MouseEventKind,
    };

    use super::{BINDINGS, Choice, HERE, Picker};
    use crate::finds::{Find, Finds};
    use crate::terminal::keys::faults;

    fn finds(count: usize) -> Finds {
        let find = |n: usize| Find {
            path: PathBuf::from(format!("{n}.jsonl")),
            name: format!("{n}.jsonl"),
            pid: None,
            about: String::new(),
            since: None,
        };
        Finds { all: (0..count).map(find).collect(), notices: Vec::new() }
    }

    fn press(picker: &mut Picker, code: KeyCode) -> Option<Choice> {
        picker.update(&Event::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    fn shown(choice: Option<Choice>) -> String {
        match choice {
            Some(Choice::Show(find)) => find.name,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_key_means_one_thing_and_is_named() {
        assert_eq!(faults(HERE, &BINDINGS), [""; 0]);
    }

    #[test]
    fn one_is_chosen_by_keys_and_stays_chosen_in_another_list() {
        let mut picker = Picker::new(finds(40));
        (0..30).for_each(|_| assert_eq!(press(&mut picker, KeyCode::Down), None));
        assert!(picker.first > 0 && picker.first <= 30, "it is scrolled to");
        picker.renew(finds(35), None);
        assert_eq!(shown(press(&mut picker, KeyCode::Enter)), "30.jsonl");
        picker.renew(finds(3), None);
        assert_eq!(shown(press(&mut picker, KeyCode::Enter)), "0.jsonl");
        picker.renew(finds(0), None);
        assert_eq!(press(&mut picker, KeyCode::Enter), None);
        assert_eq!(press(&mut picker, KeyCode::Up), None);
        assert_eq!(press(&mut picker, KeyCode::Esc), Some(Choice::Leave));
    }

    #[test]
    fn a_click_chooses_and_another_one_shows() {
        let mut picker = Picker::new(finds(3));
        let kind = MouseEventKind::Down(MouseButton::Left);
        let mut click = |row| {
            let modifiers = KeyModifiers::NONE;
            picker.update(&Event::Mouse(MouseEvent {
                kind,
                column: 5,
                row,
                modifiers,
            }))
        };
        assert_eq!(click(4), None);
        assert_eq!(shown(click(4)), "2.jsonl");
        assert_eq!(click(9), None);
        assert_eq!(click(0), None);
    }
}
