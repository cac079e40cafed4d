//! # Verdict
//!
//! What a trial found out about one exercise: each checkpoint green or not, and why. It
//! is a value; [`trial`](crate::trial) makes it, and everybody else reads it: as text,
//! as JSON, as points.
//!
//! The text is calm. All checkpoints in a line each, then one failure in full, the first:
//! a learner mends one thing at a time, and the rest may be its consequence.

use std::fmt::Write;

use serde::Serialize;

use crate::ink::Ink;
use crate::manifest::{Checkpoint, Exercise};
use crate::page::indented;

/// Of a failure, so many lines are shown; who wants more runs the test itself.
const LINES: usize = 40;

/// What a trial found out about an exercise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The exercise's id.
    pub exercise: String,
    /// What it is called.
    pub title: String,
    /// Its checkpoints, in order.
    pub checkpoints: Vec<Checked>,
    /// What the compiler warned of, in the student's file or anywhere else.
    pub warnings: Vec<Word>,
}

/// What a trial found out about one checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Its name, such as `c1`.
    pub name: String,
    /// What works when it is green.
    pub title: String,
    /// How hard it is, from 1 to 3.
    pub stars: u8,
    /// What it is worth.
    pub points: u32,
    /// What became of it.
    #[serde(flatten)]
    pub state: State,
}

/// What became of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum State {
    /// Every test that the manifest names was run, and passed.
    Green,
    /// Some test failed, or was not there.
    Red {
        /// Each with its reason, in the manifest's order.
        failures: Vec<Failure>,
    },
    /// It does not compile.
    Broken {
        /// What the compiler says, in its order.
        errors: Vec<Word>,
    },
    /// It had to be ended.
    Hung {
        /// The test that was running.
        test: String,
        /// How long it was waited for.
        seconds: u64,
    },
}

/// A test that did not pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its full name, such as `c1::the_last_letter_arrives`.
    pub test: String,
    /// Where it stopped, as `FILE:LINE:COLUMN`, if it says.
    pub place: Option<String>,
    /// What it says.
    pub message: String,
    /// What was printed on the way.
    pub printed: String,
}

/// A remark of the compiler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Word {
    /// What it is about, as `FILE:LINE:COLUMN`, if it is about a place.
    pub place: Option<String>,
    /// The remark as the compiler prints it.
    pub text: String,
}

impl Verdict {
    /// Whether every checkpoint is green.
    pub fn green(&self) -> bool {
        self.checkpoints.iter().all(Checked::green)
    }

    /// What the green checkpoints are worth.
    pub fn points(&self) -> u32 {
        self.checkpoints.iter().map(Checked::earned).sum()
    }

    /// What all checkpoints are worth.
    pub fn of(&self) -> u32 {
        self.checkpoints.iter().map(|it| it.points).sum()
    }

    /// The names of the checkpoints that are green, or of those that are not.
    pub fn names(&self, green: bool) -> Vec<String> {
        let all = self.checkpoints.iter();
        all.filter(|it| it.green() == green).map(|it| it.name.clone()).collect()
    }

    /// The first checkpoint that is not green.
    pub fn first_red(&self) -> Option<&Checked> {
        self.checkpoints.iter().find(|it| !it.green())
    }

    /// The first thing that the compiler refused, if that is why the first checkpoint
    /// that is not green is not.
    pub fn first_error(&self) -> Option<&Word> {
        match &self.first_red()?.state {
            State::Broken { errors } => errors.first(),
            _ => None,
        }
    }

    /// Shows a line for each checkpoint.
    pub fn table(&self, ink: Ink) -> String {
        let (points, of) = (self.points(), self.of());
        let number = self.exercise.get(..2).unwrap_or_default();
        let title = ink.bold(format_args!("{number} {}", self.title));
        let mut text = format!("{title}   {points} of {of} points\n\n");
        for checked in &self.checkpoints {
            let mark =
                if checked.green() { ink.green("✓") } else { ink.red("✗") };
            let Checked { name, title, stars, points, .. } = checked;
            let stars = "★".repeat(usize::from(*stars));
            let earned = format!("{} of {points}", checked.earned());
            // Padded before it is coloured: a colour has no width.
            let word = checked.word();
            let word = if checked.green() { ink.green(word) } else { ink.red(word) };
            let _ = writeln!(
                text,
                "  {mark} {name}  {stars:<3}  {title:<38}  {earned:>7}   {word}"
            );
        }
        text
    }

    /// Shows the first failure of the first checkpoint that is not green.
    pub fn first_failure(&self, ink: Ink) -> String {
        let mut text = String::new();
        if let Some(checked) = self.first_red() {
            checked.tell(1, ink, &mut text);
        }
        text
    }

    /// Shows every failure of every checkpoint.
    pub fn all_failures(&self, ink: Ink) -> String {
        let mut text = String::new();
        let mut told: Vec<&State> = Vec::new();
        for checked in self.checkpoints.iter().filter(|it| !it.green()) {
            // What keeps the student's file from compiling is the same everywhere.
            if !told.contains(&&checked.state) {
                checked.tell(usize::MAX, ink, &mut text);
                told.push(&checked.state);
            }
        }
        text
    }
}

impl Word {
    /// The file that it is about.
    pub fn file(&self) -> Option<&str> {
        // From the right, for a path may have a colon in it.
        self.place.as_deref()?.rsplitn(3, ':').nth(2)
    }
}

impl Checked {
    /// Starts with a checkpoint as the manifest has it.
    pub fn new(checkpoint: &Checkpoint, state: State) -> Self {
        let Checkpoint { name, title, stars, points, .. } = checkpoint;
        let (name, title) = (name.clone(), title.clone());
        Self { name, title, stars: *stars, points: *points, state }
    }

    /// Whether it is green.
    pub fn green(&self) -> bool {
        self.state == State::Green
    }

    /// What it earns.
    pub fn earned(&self) -> u32 {
        if self.green() { self.points } else { 0 }
    }

    /// The state in a word or two.
    pub fn word(&self) -> &'static str {
        match self.state {
            State::Green => "green",
            State::Red { .. } => "red",
            State::Broken { .. } => "does not compile",
            State::Hung { .. } => "does not end",
        }
    }

    /// Everything that it has to say, as one text to be searched.
    pub fn output(&self) -> String {
        match &self.state {
            State::Green => String::new(),
            State::Red { failures } => {
                let said = failures.iter().map(|it| {
                    format!("{}\n{}\n{}", it.test, it.printed, it.message)
                });
                said.collect::<Vec<_>>().join("\n")
            }
            State::Broken { errors } => {
                let said = errors.iter().map(|error| error.text.clone());
                said.collect::<Vec<_>>().join("\n")
            }
            State::Hung { .. } => self.word().to_string(),
        }
    }

    fn tell(&self, most: usize, ink: Ink, text: &mut String) {
        match &self.state {
            State::Green => {}
            State::Red { failures } => {
                for failure in failures.iter().take(most) {
                    text.push_str(&ink.bold(&failure.test));
                    if let Some(place) = &failure.place {
                        let _ = write!(text, "   {}", ink.dim(place));
                    }
                    text.push_str("\n\n");
                    text.push_str(&indented(&failure.message, LINES));
                    if !failure.printed.is_empty() {
                        let _ = writeln!(text, "\n  and on the way it printed:\n");
                        text.push_str(&indented(&failure.printed, LINES));
                    }
                    text.push('\n');
                }
            }
            State::Broken { errors } => {
                text.push_str(&show_errors(errors, most, ink));
            }
            State::Hung { test, seconds } => {
                let _ = writeln!(text, "{}\n", ink.bold(test));
                let _ = writeln!(text, "{}", indented(&unending(*seconds), LINES));
            }
        }
    }
}

impl Exercise {
    /// Makes the verdict of what became of each of its checkpoints.
    pub fn verdict(
        &self,
        warnings: Vec<Word>,
        states: impl IntoIterator<Item = State>,
    ) -> Verdict {
        let all = self.checkpoints.iter().zip(states);
        let checkpoints = all.map(|(it, state)| Checked::new(it, state)).collect();
        let (exercise, title) = (self.id.clone(), self.title.clone());
        Verdict { exercise, title, checkpoints, warnings }
    }
}

/// Says of a test that it had to be ended, and what that probably means.
pub fn unending(seconds: u64) -> String {
    format!(
        "It did not end within {seconds} s, and was stopped.\n\nlikely cause: a loop in \
         which nobody gives way, so that not even a budget of turns can end it: which \
         loop in your file has no `.await` in it, and no end?"
    )
}

/// Shows the first errors of the compiler, each with its place in front, and says how
/// many more there are.
pub fn show_errors(errors: &[Word], most: usize, ink: Ink) -> String {
    let mut text = String::new();
    for error in errors.iter().take(most) {
        if let Some(place) = &error.place {
            let _ = writeln!(text, "{}\n", ink.bold(place));
        }
        text.push_str(&indented(&error.text, LINES));
        text.push('\n');
    }
    match errors.len().saturating_sub(most) {
        0 => {}
        1 => text.push_str("  … and 1 more error\n\n"),
        more => {
            let _ = writeln!(text, "  … and {more} more errors\n");
        }
    }
    text
}
