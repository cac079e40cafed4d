//! # Home
//!
//! The course on a terminal: `course` alone shows all of it, `course watch` one exercise
//! that is tried whenever it is saved. This file opens the terminal, waits for what
//! happens, and does what the [`Model`] asks for; what is shown is decided there, and
//! how, in [`view()`].
//!
//! ```text
//! keys ────┐
//! saves ───┤                  ┌─▶ terminal
//! trials ──┼─▶ News ─▶ Model ─┤
//! book ────┘                  └─▶ Effect ─▶ trials, memory, reset, book
//! ```
//!
//! Each source of news has a thread of its own, so that keys are answered while a trial
//! goes on. Nothing is looked for again and again: without news this program sleeps, and
//! only while a trial goes on it counts the time. It leaves the mouse alone, so that the
//! terminal can select and copy what is shown.
//!
//! **Invariant:** however it ends, the terminal is given back as it was: after a key, a
//! signal, an error or a panic.

pub mod marks;
pub mod keys;
pub mod lines;
pub mod model;
pub mod view;

use std::any::Any;
use std::env;
use std::io::{self, IsTerminal};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Instant;

use crossterm::event::{self, Event, KeyEvent};
use crossterm::terminal::is_raw_mode_enabled;
use ratatui::DefaultTerminal;
use tui_visualiser::terminal::theme::Look;

use crate::answer::Answer;
use crate::book::{pages, program};
use crate::check::calm;
use crate::home::keys::wish;
use crate::home::model::{Effect, Message, Model, TICK, Tried};
use crate::home::view::view;
use crate::ink::Ink;
use crate::leash::Leash;
use crate::manifest::{Course, Exercise};
use crate::memory::Memory;
use crate::reset::reset;
use crate::status::next_step;
use crate::trial::Trial;
use crate::trouble::Trouble;
use crate::watch::{How, Saves};

/// What happened, before the model says what it means.
enum News {
    Key(KeyEvent),
    Message(Message),
    /// A thread of ours panicked; its words were already said.
    Panicked(Box<dyn Any + Send>),
    /// The terminal went away.
    Lost(io::Error),
}

/// Whether there is a terminal on which a screen can be shown, and a person at it.
pub fn is_possible() -> bool {
    let term = env::var("TERM").unwrap_or_default();
    // Windows has no `TERM`, and its terminals can do it.
    let can_move = cfg!(windows) || !matches!(term.as_str(), "" | "dumb");
    can_move && io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Gives the terminal back if a screen is shown on it, and else does nothing.
pub fn restore() {
    if is_raw_mode_enabled().unwrap_or(false) {
        ratatui::restore();
    }
}

/// Shows the course, or one exercise, until somebody leaves. The answer is what should
/// stay on the terminal afterwards.
///
/// # Errors
///
/// If the terminal does not let itself be drawn on.
pub fn home(
    course: &Course,
    start: Option<&Exercise>,
    trial: &Trial,
    how: How,
    is_ascii: bool,
) -> Result<Answer, Trouble> {
    let (memory, notice) = Memory::read(&trial.place);
    let mut model = Model::new(course.clone(), trial.place.clone(), memory);
    model.notice = notice;
    let first = start.and_then(|start| {
        let at = course.exercises.iter().position(|it| it.id == start.id)?;
        Some(model.begin_at(at))
    });
    let mut terminal = ratatui::try_init().map_err(|error| lost(&error))?;
    let shown = Home::new(model, trial, how, is_ascii).show(&mut terminal, first);
    ratatui::restore();
    let model = shown?;

    let Some((at, exercise)) = model.exercise().filter(|_| start.is_some()) else {
        let Trial { place, ink, .. } = trial;
        let (memory, notice) = Memory::read(place);
        return Ok(
            Answer::new(next_step(course, &memory, place, *ink)).noting(notice)
        );
    };
    let last = model.verdict(at).map(|it| calm(course, exercise, trial, it));
    Ok(Answer::new(last.unwrap_or_default()).noting(model.notice.clone()))
}

/// The screen at work.
struct Home {
    model: Model,
    look: Look,
    /// Where everything that the screen starts is held.
    trial: Trial,
    /// Holds the trial that goes on.
    trying: Leash,
    news: Receiver<News>,
    sender: Sender<News>,
}

impl Home {
    fn new(model: Model, trial: &Trial, how: How, is_ascii: bool) -> Self {
        let (sender, news) = mpsc::channel();
        let is_coloured = trial.ink == Ink::Coloured;
        let look = Look { is_coloured, ..Look::on_terminal(is_ascii) };
        // The screen has its own colours, and the compiler's would only disturb them.
        let (ink, leash) = (Ink::Plain, trial.leash.branch());
        let trying = leash.branch();
        let trial = Trial { ink, leash, ..trial.clone() };
        let home = Self { model, look, trial, trying, news, sender };
        home.listen_to_keys();
        home.listen_to_saves(how);
        home
    }

    fn show(
        mut self,
        terminal: &mut DefaultTerminal,
        first: Option<Effect>,
    ) -> Result<Model, Trouble> {
        let size = terminal.size().map_err(|error| lost(&error))?;
        self.model.update(Message::Resized(size.width, size.height));
        let mut effect = first;
        loop {
            match effect {
                Some(Effect::Leave) => return Ok(self.model.clone()),
                Some(effect) => self.perform(effect),
                None => {}
            }
            let draw = terminal.draw(|frame| view(&self.model, self.look, frame));
            draw.map_err(|error| lost(&error))?;
            effect = self.next()?;
        }
    }

    /// Waits for what happens next.
    fn next(&mut self) -> Result<Option<Effect>, Trouble> {
        let news = if self.model.running.is_some() {
            self.news.recv_timeout(TICK)
        } else {
            self.news.recv().map_err(|_| RecvTimeoutError::Disconnected)
        };
        let message = match news {
            Ok(News::Key(key)) => match wish(key, self.model.scope()) {
                Some(wish) => Message::Wish(wish),
                None => return Ok(None),
            },
            Ok(News::Message(message)) => message,
            Ok(News::Panicked(panic)) => resume_unwind(panic),
            Ok(News::Lost(error)) => return Err(lost(&error)),
            Err(RecvTimeoutError::Timeout) => Message::Tick,
            Err(RecvTimeoutError::Disconnected) => {
                unreachable!("a sender is kept with the receiver")
            }
        };
        Ok(self.model.update(message))
    }

    fn perform(&mut self, effect: Effect) {
        let exercise = |at: usize| self.model.course.exercises[at].clone();
        let place = &self.trial.place;
        match effect {
            Effect::Try(trial, at) => self.begin(trial, &exercise(at)),
            Effect::Remember(at) => {
                let Some(verdict) = self.model.verdict(at) else { return };
                let learn = |it: &mut Memory| it.learn(&exercise(at), verdict);
                let notice = Memory::change(place, learn);
                self.note(notice);
            }
            Effect::Reveal(at, checkpoint, count) => {
                let reveal = |memory: &mut Memory| {
                    memory.reveal(&exercise(at), &checkpoint, count);
                };
                let notice = Memory::change(place, reveal);
                self.note(notice);
            }
            Effect::Reset(at) => {
                let (said, notices) = match reset(place, &exercise(at)) {
                    Ok(answer) => (answer.text, answer.notices),
                    Err(trouble) => (trouble.to_string(), Vec::new()),
                };
                let (memory, _) = Memory::read(place);
                self.model.update(Message::WasReset(said, memory));
                self.note(notices.into_iter().next());
            }
            Effect::Book => self.open_the_book(),
            Effect::Leave => {}
        }
    }

    fn note(&mut self, notice: Option<Trouble>) {
        if let Some(notice) = notice {
            self.model.update(Message::Notice(notice));
        }
    }

    /// Calls off the trial that goes on, and begins another.
    fn begin(&mut self, number: u64, exercise: &Exercise) {
        self.trying.end();
        self.trying = self.trial.leash.branch();
        let leash = self.trying.clone();
        let trial = Trial { leash, ..self.trial.clone() };
        let exercise = exercise.clone();
        self.spawn(move |sender| {
            let start = Instant::now();
            let result = trial.run(&exercise);
            let tried = Tried { result, took: start.elapsed() };
            send(sender, Message::Tried { trial: number, tried });
        });
    }

    fn open_the_book(&self) {
        let Some(program) = program(&self.trial) else {
            let said = match pages(&self.trial.place) {
                Ok(answer) => answer.text,
                Err(trouble) => trouble.to_string(),
            };
            return send(&self.sender, Message::Book(said));
        };
        let leash = self.trial.leash.branch();
        self.spawn(move |sender| {
            let mut tell = |line| send(sender, Message::Book(line));
            let said = match leash.follow(program, &mut tell) {
                Ok(status) => format!("its program ended ({status})"),
                Err(error) => format!("cannot start cargo: {error}"),
            };
            tell(said);
        });
    }

    fn listen_to_keys(&self) {
        self.spawn(|sender| {
            loop {
                let news = match event::read() {
                    Ok(Event::Key(key)) => News::Key(key),
                    Ok(Event::Resize(columns, rows)) => {
                        News::Message(Message::Resized(columns, rows))
                    }
                    Ok(_) => continue,
                    Err(error) => News::Lost(error),
                };
                let is_over = matches!(news, News::Lost(_));
                if sender.send(news).is_err() || is_over {
                    return;
                }
            }
        });
    }

    fn listen_to_saves(&self, how: How) {
        let place = &self.trial.place;
        let saves = match Saves::new(place, how) {
            // A system that runs out of watches still lets itself be looked at.
            Err(_) if how == How::Told => Saves::new(place, How::Looking),
            saves => saves,
        };
        let saves = match saves {
            Ok(saves) => saves,
            Err(trouble) => return send(&self.sender, Message::Notice(trouble)),
        };
        let course = self.model.course.clone();
        self.spawn(move |sender| {
            while let Some(exercise) = saves.next(&course) {
                send(sender, Message::Saved(exercise.id.clone()));
            }
        });
    }

    /// Starts a thread whose panic is a panic of the screen, and not a silence.
    fn spawn(&self, work: impl FnOnce(&Sender<News>) + Send + 'static) {
        let sender = self.sender.clone();
        thread::spawn(move || {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(&sender))) {
                let _ = sender.send(News::Panicked(panic));
            }
        });
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.trial.leash.end();
    }
}

/// Tells the screen; if it was left, nobody needs to know.
fn send(sender: &Sender<News>, message: Message) {
    let _ = sender.send(News::Message(message));
}

fn lost(error: &io::Error) -> Trouble {
    Trouble::new(format!("the terminal cannot be drawn on: {error}"))
}
