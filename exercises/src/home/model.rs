//! # Model
//!
//! What the course's screens show, as a value, and how it changes. A [`Message`] tells
//! what happened; [`Model::update`] says what follows, and for what it cannot do itself
//! (run a trial, write a file) it returns an [`Effect`] for [`home`](crate::home).
//!
//! ```text
//! key ──▶ Wish ──┐
//!                ├─▶ Message ──▶ update ──▶ Model ──▶ view
//! trial, save ───┘       ▲          │
//!                        └── home ◀─┴─ Effect
//! ```
//!
//! There is no terminal in this file, and no clock. It counts the ticks that it is told
//! of.
//!
//! **Invariant:** only the trial that was begun last has a say. One that was called off,
//! because the file was saved again or reset, changes nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::home::keys::{BINDINGS, Scope, Wish};
use crate::home::lines::{Said, plain, well, why};
use crate::home::marks::MARKS;
use crate::manifest::{Chapter, Course, Exercise};
use crate::memory::Memory;
use crate::place::Place;
use crate::trouble::Trouble;
use crate::verdict::{Checked, Verdict};

/// Everything that is shown, or that decides what is.
#[derive(Clone, Debug)]
pub struct Model {
    /// The course.
    pub course: Course,
    /// Where it lies.
    pub place: Place,
    /// What is remembered of the student.
    pub memory: Memory,
    /// The terminal's columns.
    pub columns: u16,
    /// The terminal's rows.
    pub rows: u16,
    /// What is looked at.
    pub screen: Screen,
    /// What lies over it.
    pub pane: Pane,
    /// The chapter that was chosen.
    pub chosen: usize,
    /// The trial that is going on.
    pub running: Option<Running>,
    /// The last trial of each exercise, by its place in the course.
    pub tried: BTreeMap<usize, Tried>,
    /// What the book's program said, once it was started.
    pub book: Option<Vec<String>>,
    /// What did not keep anything from its work, but should be known.
    pub notice: Option<Trouble>,
    /// The screen that going back from leads out.
    begun_at: Scope,
    /// How many trials were begun.
    trials: u64,
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The whole course.
    Course,
    /// One exercise, which is tried whenever it is saved.
    Exercise(Watched),
}

/// How an exercise is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Its place in the course.
    pub exercise: usize,
    /// The checkpoint whose report is shown.
    pub checkpoint: usize,
    /// The first line that is shown.
    pub down: usize,
    /// The first column that is shown.
    pub across: usize,
}

/// What lies over a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pane {
    /// Nothing.
    Closed,
    /// Every key and every mark, from a line on.
    Help(usize),
    /// One hint of an exercise's checkpoint.
    Hint {
        /// The exercise's place in the course.
        exercise: usize,
        /// The checkpoint's place in the exercise.
        checkpoint: usize,
        /// Which of its hints.
        hint: usize,
    },
    /// Whether the beginning of this exercise shall be brought back.
    Question(usize),
    /// Where the book is.
    Book,
    /// What became of what was asked for.
    Told(String),
}

/// A trial that is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// Which trial it is.
    pub trial: u64,
    /// The exercise's place in the course.
    pub exercise: usize,
    /// For how many ticks it has been going on.
    pub ticks: u32,
}

/// A trial that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// What it found out, or why there was nothing to try.
    pub result: Result<Verdict, Trouble>,
    /// How long it took.
    pub took: Duration,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// A key was pressed that means something.
    Wish(Wish),
    /// The terminal has another size.
    Resized(u16, u16),
    /// Time passed while a trial was going on.
    Tick,
    /// An exercise's file was saved; this is the exercise's id.
    Saved(String),
    /// A trial is over.
    Tried {
        /// Which one.
        trial: u64,
        /// What came of it.
        tried: Tried,
    },
    /// The beginning was brought back, or not; and what is remembered now.
    WasReset(String, Memory),
    /// The book's program said something.
    Book(String),
    /// Something should be known.
    Notice(Trouble),
}

/// What the model cannot do itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Begin this trial of this exercise, and call off any other.
    Try(u64, usize),
    /// Remember what the last trial of an exercise found out.
    Remember(usize),
    /// Remember that so many hints of an exercise's checkpoint were shown.
    Reveal(usize, String, usize),
    /// Bring the beginning of an exercise back.
    Reset(usize),
    /// Start the book's program.
    Book,
    /// Give the terminal back.
    Leave,
}

/// How long a tick is.
pub const TICK: Duration = Duration::from_millis(200);

/// What is said where a key wants an exercise and there is none.
const NOTHING: &str = "this chapter is only read: it has nothing to solve";

/// Of what the book's program says, so many lines are kept.
const BOOK: usize = 50;

impl Model {
    /// Begins with the whole course, at the chapter where the student is.
    pub fn new(course: Course, place: Place, memory: Memory) -> Self {
        let mut model = Self {
            course,
            place,
            memory,
            columns: 80,
            rows: 24,
            screen: Screen::Course,
            pane: Pane::Closed,
            chosen: 0,
            running: None,
            tried: BTreeMap::new(),
            book: None,
            notice: None,
            begun_at: Scope::Course,
            trials: 0,
        };
        model.chosen = model.here().unwrap_or(0);
        model
    }

    /// Begins with one exercise instead. Going back from it then leads out.
    pub fn begin_at(&mut self, exercise: usize) -> Effect {
        self.begun_at = Scope::Exercise;
        self.watch(exercise)
    }

    /// Changes what is shown, and says what has to be done for it.
    pub fn update(&mut self, message: Message) -> Option<Effect> {
        match message {
            Message::Wish(wish) => return self.grant(wish),
            Message::Resized(columns, rows) => {
                (self.columns, self.rows) = (columns, rows);
            }
            Message::Tick => {
                if let Some(running) = &mut self.running {
                    running.ticks += 1;
                }
            }
            Message::Saved(id) => {
                let Screen::Exercise(_) = self.screen else { return None };
                let saved = self.course.exercises.iter().position(|it| it.id == id);
                return saved.map(|exercise| self.saved(exercise));
            }
            Message::Tried { trial, tried } => return self.learn(trial, tried),
            Message::WasReset(said, memory) => {
                self.pane = Pane::Told(said);
                self.memory = memory;
            }
            Message::Book(line) => {
                let said = self.book.get_or_insert_default();
                said.push(line);
                let over = said.len().saturating_sub(BOOK);
                said.drain(..over);
            }
            Message::Notice(trouble) => self.notice = Some(trouble),
        }
        None
    }

    /// Says what the keys mean at this moment.
    pub fn scope(&self) -> Scope {
        match (&self.pane, self.screen) {
            (Pane::Help(_), _) => Scope::Help,
            (Pane::Question(_), _) => Scope::Question,
            (_, Screen::Course) => Scope::Course,
            (_, Screen::Exercise(_)) => Scope::Exercise,
        }
    }

    /// Says where going back leads.
    pub fn way_back(&self) -> &'static str {
        match (&self.pane, self.scope()) {
            (Pane::Closed, scope) if scope == self.begun_at => "leave",
            (Pane::Closed, _) => "back",
            (Pane::Question(_), _) => "no",
            _ => "close",
        }
    }

    /// The chapter where the student is, by its place in the course.
    pub fn here(&self) -> Option<usize> {
        let current = self.memory.current(&self.course)?;
        self.course.chapters.iter().position(|it| it.id == current.id)
    }

    /// The chapter that was chosen.
    pub fn chapter(&self) -> Option<&Chapter> {
        self.course.chapters.get(self.chosen)
    }

    /// The exercise that is looked at, or that belongs to the chosen chapter, and its
    /// place in the course.
    pub fn exercise(&self) -> Option<(usize, &Exercise)> {
        let at = match self.screen {
            Screen::Exercise(watched) => watched.exercise,
            Screen::Course => {
                let id = &self.chapter()?.id;
                self.course.exercises.iter().position(|it| it.id == *id)?
            }
        };
        Some((at, self.course.exercises.get(at)?))
    }

    /// What the last trial of an exercise found out.
    pub fn verdict(&self, exercise: usize) -> Option<&Verdict> {
        self.tried.get(&exercise)?.result.as_ref().ok()
    }

    /// The trial of an exercise that is going on.
    pub fn trial(&self, exercise: usize) -> Option<Running> {
        self.running.filter(|running| running.exercise == exercise)
    }

    /// What there is to say about the exercise that is looked at, in lines that fit.
    pub fn lines(&self) -> Vec<Said> {
        let Screen::Exercise(watched) = self.screen else { return Vec::new() };
        let columns = self.room();
        let Some(tried) = self.tried.get(&watched.exercise) else {
            let said = "Its checks are being built and run. The first time takes \
                        longer, because all that they need is built too.";
            return plain(said, columns);
        };
        let verdict = match &tried.result {
            Ok(verdict) => verdict,
            Err(trouble) => return plain(&trouble.to_string(), columns),
        };
        match verdict.checkpoints.get(watched.checkpoint) {
            Some(checked) if !verdict.green() => why(checked, columns),
            _ => {
                let exercise = &self.course.exercises[watched.exercise];
                well(&self.course, exercise, verdict, columns)
            }
        }
    }

    fn grant(&mut self, wish: Wish) -> Option<Effect> {
        match wish {
            Wish::Up => self.go(|at, _| at.saturating_sub(1)),
            Wish::Down => self.go(|at, last| (at + 1).min(last)),
            Wish::PageUp => {
                let page = self.page();
                self.go(|at, _| at.saturating_sub(page));
            }
            Wish::PageDown => {
                let page = self.page();
                self.go(|at, last| (at + page).min(last));
            }
            Wish::First => self.go(|_, _| 0),
            Wish::Last => self.go(|_, last| last),
            Wish::Left => self.go_across(|at, _| at.saturating_sub(8)),
            Wish::Right => self.go_across(|at, last| (at + 8).min(last)),
            Wish::Watch => return self.watch_chosen(),
            Wish::Check => match self.exercise() {
                Some((exercise, _)) => return Some(self.try_it(exercise)),
                None => self.pane = Pane::Told(NOTHING.into()),
            },
            Wish::Next => self.turn(|red, at| red.iter().find(|it| **it > at)),
            Wish::Previous => self.turn(|red, at| red.iter().rfind(|it| **it < at)),
            Wish::Hint => return self.hint(),
            Wish::Reset => {
                self.pane = match self.exercise() {
                    Some((exercise, _)) => Pane::Question(exercise),
                    None => Pane::Told(NOTHING.into()),
                };
            }
            Wish::Yes => {
                let Pane::Question(exercise) = self.pane else { return None };
                self.pane = Pane::Closed;
                // What was found out, or still is, is about what will be gone.
                self.tried.remove(&exercise);
                self.running = self.running.filter(|it| it.exercise != exercise);
                return Some(Effect::Reset(exercise));
            }
            Wish::Book => {
                self.pane = Pane::Book;
                if self.book.is_none() {
                    self.book = Some(Vec::new());
                    return Some(Effect::Book);
                }
            }
            Wish::Help => self.pane = Pane::Help(0),
            Wish::Back => return self.back(),
            Wish::Leave => return Some(Effect::Leave),
        }
        None
    }

    fn back(&mut self) -> Option<Effect> {
        if self.pane != Pane::Closed {
            self.pane = Pane::Closed;
            return None;
        }
        let Screen::Exercise(watched) = self.screen else {
            return Some(Effect::Leave);
        };
        if self.begun_at == Scope::Exercise {
            return Some(Effect::Leave);
        }
        let id = &self.course.exercises[watched.exercise].id;
        let chapter = self.course.chapters.iter().position(|it| it.id == *id);
        self.chosen = chapter.unwrap_or(self.chosen);
        self.screen = Screen::Course;
        None
    }

    /// Moves up or down: in the help, in the course or in a report.
    fn go(&mut self, to: impl Fn(usize, usize) -> usize) {
        if let Pane::Help(at) = &mut self.pane {
            *at = to(*at, BINDINGS.len() + MARKS.len());
            return;
        }
        match self.screen {
            Screen::Course => {
                let last = self.course.chapters.len().saturating_sub(1);
                self.chosen = to(self.chosen, last);
                self.pane = Pane::Closed;
            }
            Screen::Exercise(watched) => {
                let last = self.lines().len().saturating_sub(1);
                let down = to(watched.down, last);
                self.screen = Screen::Exercise(Watched { down, ..watched });
            }
        }
    }

    fn go_across(&mut self, to: impl Fn(usize, usize) -> usize) {
        let Screen::Exercise(watched) = self.screen else { return };
        let widths = self.lines();
        let widest = widths.iter().map(|line| line.text.chars().count()).max();
        let last = widest.unwrap_or(0).saturating_sub(self.room());
        let across = to(watched.across, last);
        self.screen = Screen::Exercise(Watched { across, ..watched });
    }

    /// The columns of a report.
    fn room(&self) -> usize {
        usize::from(self.columns).saturating_sub(2)
    }

    fn page(&self) -> usize {
        usize::from(self.rows / 2)
    }

    /// Turns to the report of another checkpoint that is not green.
    fn turn(&mut self, to: fn(&[usize], usize) -> Option<&usize>) {
        let Screen::Exercise(watched) = self.screen else { return };
        let Some(verdict) = self.verdict(watched.exercise) else { return };
        let red: Vec<usize> = red(verdict).collect();
        if let Some(checkpoint) = to(&red, watched.checkpoint).copied() {
            let (down, across) = (0, 0);
            self.screen =
                Screen::Exercise(Watched { checkpoint, down, across, ..watched });
        }
    }

    fn watch_chosen(&mut self) -> Option<Effect> {
        let Some((at, exercise)) = self.exercise() else {
            self.pane = Pane::Told(NOTHING.into());
            return None;
        };
        let Screen::Exercise(_) = self.screen else { return Some(self.watch(at)) };
        // From an exercise that is done it goes on to the next.
        let done = self.verdict(at).is_some_and(Verdict::green);
        let next = self.course.after(exercise).filter(|_| done).is_some();
        next.then(|| self.watch(at + 1))
    }

    fn watch(&mut self, exercise: usize) -> Effect {
        self.pane = Pane::Closed;
        let checkpoint = self.first_red(exercise);
        let watched = Watched { exercise, checkpoint, down: 0, across: 0 };
        self.screen = Screen::Exercise(watched);
        self.try_it(exercise)
    }

    fn saved(&mut self, exercise: usize) -> Effect {
        // Whoever saves another exercise has gone on to it.
        match self.screen {
            Screen::Exercise(watched) if watched.exercise == exercise => {
                self.try_it(exercise)
            }
            _ => self.watch(exercise),
        }
    }

    fn try_it(&mut self, exercise: usize) -> Effect {
        self.trials += 1;
        self.running = Some(Running { trial: self.trials, exercise, ticks: 0 });
        Effect::Try(self.trials, exercise)
    }

    fn learn(&mut self, trial: u64, tried: Tried) -> Option<Effect> {
        let at = self.running.filter(|it| it.trial == trial)?.exercise;
        self.running = None;
        self.notice = None;
        match &tried.result {
            Ok(verdict) => {
                self.memory.learn(&self.course.exercises[at], verdict);
            }
            // An exercise's own screen says it in its report.
            Err(trouble) if self.screen == Screen::Course => {
                self.pane = Pane::Told(trouble.to_string());
            }
            Err(_) => {}
        }
        self.tried.insert(at, tried);
        if let Screen::Exercise(watched) = &mut self.screen
            && watched.exercise == at
        {
            (watched.down, watched.across) = (0, 0);
            // Whoever turned to a later one is at work on it, until it is green.
            let shown = watched.checkpoint;
            let verdict = self.tried[&at].result.as_ref().ok();
            let checked = verdict.and_then(|it| it.checkpoints.get(shown));
            if checked.is_some_and(Checked::green) {
                let first = verdict.and_then(|it| red(it).next());
                watched.checkpoint = first.unwrap_or(0);
            }
        }
        self.verdict(at).is_some().then_some(Effect::Remember(at))
    }

    /// The first checkpoint of an exercise that is not green, as far as is known.
    fn first_red(&self, exercise: usize) -> usize {
        if let Some(verdict) = self.verdict(exercise) {
            return red(verdict).next().unwrap_or(0);
        }
        let exercise = &self.course.exercises[exercise];
        let green = self.memory.of(exercise).green;
        let mut all = exercise.checkpoints.iter();
        all.position(|it| !green.contains(&it.name)).unwrap_or(0)
    }

    /// Opens the last hint that was shown already, so that one can read it again; if it
    /// is open, the next one, and after the last the first.
    fn hint(&mut self) -> Option<Effect> {
        let Some((exercise, it)) = self.exercise() else {
            self.pane = Pane::Told(NOTHING.into());
            return None;
        };
        let checkpoint = match self.screen {
            Screen::Exercise(watched) => watched.checkpoint,
            Screen::Course => self.first_red(exercise),
        };
        let asked = it.checkpoints.get(checkpoint)?;
        let (name, all) = (asked.name.clone(), asked.hints.len());
        let shown = self.memory.of(it).hints.get(&name).copied().unwrap_or(0);
        let hint = match self.pane {
            Pane::Hint { exercise: e, checkpoint: c, hint }
                if (e, c) == (exercise, checkpoint) =>
            {
                (hint + 1) % all
            }
            _ => shown.clamp(1, all) - 1,
        };
        self.pane = Pane::Hint { exercise, checkpoint, hint };
        let it = &self.course.exercises[exercise];
        self.memory.reveal(it, &name, hint + 1);
        (hint >= shown).then_some(Effect::Reveal(exercise, name, hint + 1))
    }
}

/// The checkpoints that are not green, by their places.
fn red(verdict: &Verdict) -> impl Iterator<Item = usize> {
    let all = verdict.checkpoints.iter().enumerate();
    all.filter(|(_, checked)| !checked.green()).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use std::iter::repeat;
    use std::time::Duration;

    use super::{Effect, Message, Model, Pane, Screen, Tried};
    use crate::home::keys::Wish;
    use crate::manifest::tests::small;
    use crate::memory::Memory;
    use crate::place::Place;
    use crate::trouble::Trouble;
    use crate::verdict::{Failure, State, Verdict};

    /// A chapter to be read, an exercise with c1 and c2, an exercise with c1 alone.
    fn model() -> Model {
        Model::new(small(), Place::at("/course"), Memory::default())
    }

    fn wish(model: &mut Model, wish: Wish) -> Option<Effect> {
        model.update(Message::Wish(wish))
    }

    fn red(words: &str) -> State {
        let message = words.to_string();
        let (test, printed) = ("c1::counts_to_three".into(), String::new());
        let failure = Failure { test, place: None, message, printed };
        State::Red { failures: vec![failure] }
    }

    fn verdict(states: impl IntoIterator<Item = State>) -> Verdict {
        small().exercises[0].verdict(Vec::new(), states)
    }

    fn tried(model: &mut Model, trial: u64, verdict: Verdict) -> Option<Effect> {
        let tried = Tried { result: Ok(verdict), took: Duration::from_secs(1) };
        model.update(Message::Tried { trial, tried })
    }

    fn shown(model: &Model) -> (usize, usize) {
        let Screen::Exercise(it) = model.screen else { panic!("the course") };
        (it.exercise, it.checkpoint)
    }

    #[test]
    fn it_begins_where_the_student_is_and_stays_within_the_course() {
        let mut model = model();
        assert_eq!(model.chapter().unwrap().id, "01-generators");
        for (key, id) in [
            (Wish::Up, "before"),
            (Wish::Up, "before"),
            (Wish::Last, "02-scheduler"),
            (Wish::Down, "02-scheduler"),
            (Wish::PageUp, "before"),
        ] {
            assert_eq!(wish(&mut model, key), None);
            assert_eq!(model.chapter().unwrap().id, id);
        }
    }

    #[test]
    fn only_the_trial_that_was_begun_last_has_a_say() {
        let mut model = model();
        assert_eq!(wish(&mut model, Wish::Watch), Some(Effect::Try(1, 0)));
        let saved = Message::Saved("01-generators".into());
        assert_eq!(model.update(saved), Some(Effect::Try(2, 0)));
        assert_eq!(tried(&mut model, 1, verdict(repeat(State::Green))), None);
        assert!(model.running.is_some() && model.verdict(0).is_none());
        let both = verdict([State::Green, red("it does not end")]);
        assert_eq!(tried(&mut model, 2, both), Some(Effect::Remember(0)));
        assert_eq!(model.memory.points(&model.course.exercises[0]), 2);
        assert_eq!(model.running, None);
    }

    #[test]
    fn a_save_is_tried_where_one_looks_and_means_nothing_elsewhere() {
        let mut model = model();
        let saved = || Message::Saved("02-scheduler".into());
        assert_eq!(model.update(saved()), None);
        wish(&mut model, Wish::Watch);
        assert_eq!(shown(&model).0, 0);
        assert_eq!(model.update(saved()), Some(Effect::Try(2, 1)));
        assert_eq!(shown(&model).0, 1);
    }

    #[test]
    fn whoever_turned_to_a_later_failure_stays_there_until_it_is_green() {
        let mut model = model();
        wish(&mut model, Wish::Watch);
        tried(&mut model, 1, verdict(repeat(red("no"))));
        assert_eq!(shown(&model), (0, 0));
        wish(&mut model, Wish::Next);
        wish(&mut model, Wish::Next);
        assert_eq!(shown(&model), (0, 1));
        wish(&mut model, Wish::Check);
        tried(&mut model, 2, verdict(repeat(red("no"))));
        assert_eq!(shown(&model), (0, 1));
        wish(&mut model, Wish::Check);
        tried(&mut model, 3, verdict([red("no"), State::Green]));
        assert_eq!(shown(&model), (0, 0));
    }

    #[test]
    fn a_hint_can_be_read_again_before_the_next_one_is_shown() {
        let mut model = model();
        let reveal = |count| Some(Effect::Reveal(0, "c1".to_string(), count));
        let at = |model: &Model| match model.pane {
            Pane::Hint { hint, .. } => hint,
            _ => panic!("no hint"),
        };
        assert_eq!(wish(&mut model, Wish::Hint), reveal(1));
        wish(&mut model, Wish::Back);
        assert_eq!(wish(&mut model, Wish::Hint), None, "this one was shown before");
        assert_eq!(at(&model), 0);
        assert_eq!(wish(&mut model, Wish::Hint), reveal(2));
        assert_eq!(at(&model), 1);
        assert_eq!(wish(&mut model, Wish::Hint), None, "after the last, the first");
        assert_eq!(at(&model), 0);
    }

    #[test]
    fn nothing_is_reset_before_it_was_meant() {
        let mut model = model();
        assert_eq!(wish(&mut model, Wish::Reset), None);
        assert_eq!(model.pane, Pane::Question(0));
        assert_eq!(wish(&mut model, Wish::Back), None);
        assert_eq!(wish(&mut model, Wish::Yes), None, "nobody asked");
        wish(&mut model, Wish::Reset);
        assert_eq!(wish(&mut model, Wish::Yes), Some(Effect::Reset(0)));
    }

    #[test]
    fn a_trial_of_what_was_reset_has_no_say() {
        let mut model = model();
        assert_eq!(wish(&mut model, Wish::Check), Some(Effect::Try(1, 0)));
        wish(&mut model, Wish::Reset);
        wish(&mut model, Wish::Yes);
        assert_eq!(tried(&mut model, 1, verdict(repeat(State::Green))), None);
        assert!(model.verdict(0).is_none());
        assert_eq!(model.memory.points(&model.course.exercises[0]), 0);
    }

    #[test]
    fn back_closes_what_is_open_then_leads_to_the_course_and_then_out() {
        let mut model = model();
        wish(&mut model, Wish::Watch);
        wish(&mut model, Wish::Hint);
        assert_eq!(wish(&mut model, Wish::Back), None);
        assert_eq!(model.pane, Pane::Closed);
        assert_eq!(wish(&mut model, Wish::Back), None);
        assert_eq!(model.screen, Screen::Course);
        assert_eq!(wish(&mut model, Wish::Back), Some(Effect::Leave));
    }

    #[test]
    fn whoever_began_at_an_exercise_leaves_from_there() {
        let mut model = model();
        assert_eq!(model.begin_at(1), Effect::Try(1, 1));
        assert_eq!(model.way_back(), "leave");
        assert_eq!(wish(&mut model, Wish::Back), Some(Effect::Leave));
    }

    #[test]
    fn from_an_exercise_that_is_done_one_goes_on_to_the_next() {
        let mut model = model();
        wish(&mut model, Wish::Watch);
        tried(&mut model, 1, verdict([red("no"), State::Green]));
        assert_eq!(wish(&mut model, Wish::Watch), None);
        wish(&mut model, Wish::Check);
        tried(&mut model, 2, verdict(repeat(State::Green)));
        assert_eq!(wish(&mut model, Wish::Watch), Some(Effect::Try(3, 1)));
        assert_eq!(shown(&model).0, 1);
    }

    #[test]
    fn one_scrolls_to_the_last_line_and_column_and_no_further() {
        let mut model = model();
        wish(&mut model, Wish::Watch);
        let wide = format!("  {}", "x".repeat(98));
        tried(&mut model, 1, verdict(repeat(red(&format!("{wide}\nlast")))));
        let at = |model: &Model| match model.screen {
            Screen::Exercise(it) => (it.down, it.across),
            Screen::Course => panic!("the course"),
        };
        for _ in 0..9 {
            wish(&mut model, Wish::PageDown);
            wish(&mut model, Wish::Right);
        }
        assert_eq!(model.lines()[at(&model).0].text, "last");
        // 100 columns, of which 78 can be seen.
        assert_eq!(at(&model).1, 22);
        wish(&mut model, Wish::First);
        assert_eq!(at(&model), (0, 22));
    }

    #[test]
    fn where_there_is_nothing_to_try_it_says_so() {
        let mut model = model();
        wish(&mut model, Wish::First);
        assert_eq!(wish(&mut model, Wish::Check), None);
        assert!(
            matches!(&model.pane, Pane::Told(said) if said.contains("only read"))
        );
        wish(&mut model, Wish::Down);
        assert_eq!(wish(&mut model, Wish::Check), Some(Effect::Try(1, 0)));
        let result = Err(Trouble::new("its folder is not there"));
        let tried = Tried { result, took: Duration::ZERO };
        assert_eq!(model.update(Message::Tried { trial: 1, tried }), None);
        let told = Pane::Told("its folder is not there".into());
        assert_eq!(model.pane, told);
    }

    #[test]
    fn a_book_that_talks_and_talks_is_kept_short() {
        let mut model = model();
        assert_eq!(wish(&mut model, Wish::Book), Some(Effect::Book));
        assert_eq!(wish(&mut model, Wish::Book), None, "it is started once");
        for line in 0..1000 {
            model.update(Message::Book(line.to_string()));
        }
        let said = model.book.unwrap();
        assert_eq!((said.len(), said.last().unwrap().as_str()), (50, "999"));
    }
}
