//! # Screen
//!
//! The live picture on a terminal. This file opens the terminal, waits for what happens,
//! and does what the [`Viewer`] asks for; what is shown is decided there, and how, in
//! [`view()`].
//!
//! ```text
//! keys, mouse ─────┐
//!                  ├─▶ Message ─▶ Viewer ─┬─▶ view ─▶ terminal
//! file or program ─┘                      ╰─▶ Effect ─▶ the program's input
//! ```
//!
//! Each source has a thread of its own, and a bounded queue: a program that says more
//! than can be drawn waits a little, and a terminal that is slow costs no memory. The
//! picture is drawn when something has changed, and at most so often that it is smooth.
//!
//! **Invariant:** however it ends, the terminal is given back as it was. It may end by a
//! key, by Ctrl-C or another signal, by an error, or by a panic.

pub mod marks;
pub mod keys;
pub mod viewer;
pub mod view;
mod source;

use std::env;
use std::io::{self, IsTerminal};
use std::panic;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{
    self, DisableMouseCapture, EnableMouseCapture, Event, MouseButton,
    MouseEventKind,
};
use crossterm::execute;
use crossterm::terminal::{Clear, ClearType};
use ratatui::DefaultTerminal;

pub use self::source::Source;

use self::keys::wish;
use self::source::Program;
use self::view::view;
use self::viewer::{Effect, Message, TICK, Viewer};
use crate::terminal::theme::Look;

/// So much news may wait to be shown.
const WAITING: usize = 64;

/// Between two pictures at least so much time passes.
const FRAME: Duration = Duration::from_millis(33);

/// What happened, before the viewer says what it means.
enum News {
    Terminal(Event),
    Message(Message),
    /// The terminal went away.
    Lost(io::Error),
    /// Somebody wants this program to end.
    Ended,
}

/// Whether there is a terminal on which a screen can be shown.
pub fn is_possible() -> bool {
    let term = env::var("TERM").unwrap_or_default();
    // Windows has no `TERM`, and its terminals can do it.
    let can_move = cfg!(windows) || !matches!(term.as_str(), "" | "dumb");
    can_move && io::stdout().is_terminal()
}

/// Shows a source until somebody leaves.
///
/// # Errors
///
/// If the terminal does not let itself be drawn on, or the program does not start.
pub fn screen(source: Source, is_ascii: bool) -> io::Result<()> {
    let look = Look::on_terminal(is_ascii);
    let (sender, news) = mpsc::sync_channel(WAITING);
    let (viewer, program) = source.open(look.is_ascii, &sender)?;
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let _ = execute!(io::stdout(), DisableMouseCapture);
        hook(info);
    }));
    let mut terminal = open()?;
    listen(sender)?;
    let shown = Screen { viewer, look, program, news }.show(&mut terminal);
    close();
    shown
}

fn open() -> io::Result<DefaultTerminal> {
    let terminal = ratatui::try_init()?;
    execute!(io::stdout(), EnableMouseCapture)?;
    Ok(terminal)
}

fn close() {
    let _ = execute!(io::stdout(), DisableMouseCapture);
    ratatui::restore();
}

/// The screen at work.
struct Screen {
    viewer: Viewer,
    look: Look,
    program: Option<Program>,
    news: Receiver<News>,
}

impl Screen {
    fn show(mut self, terminal: &mut DefaultTerminal) -> io::Result<()> {
        let size = terminal.size()?;
        self.viewer.update(Message::Resized(size.width, size.height));
        let mut drawn = Instant::now();
        let mut ticked = Instant::now();
        self.draw(terminal)?;
        let mut is_stale = false;
        loop {
            let now = Instant::now();
            if self.viewer.is_moving() {
                if now >= ticked + TICK {
                    ticked = now;
                    self.viewer.update(Message::Tick);
                    is_stale = true;
                }
            } else {
                ticked = now;
            }
            if is_stale && now >= drawn + FRAME {
                drawn = now;
                is_stale = false;
                self.draw(terminal)?;
            }
            let next_tick = self.viewer.is_moving().then_some(ticked + TICK);
            let next_frame = is_stale.then_some(drawn + FRAME);
            let next = next_tick.into_iter().chain(next_frame).min();
            let news = match next {
                Some(next) => {
                    let time = next.saturating_duration_since(Instant::now());
                    self.news.recv_timeout(time)
                }
                None => self.news.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match news {
                Err(RecvTimeoutError::Timeout) => continue,
                Ok(News::Ended) | Err(RecvTimeoutError::Disconnected) => {
                    return Ok(());
                }
                Ok(News::Lost(error)) => return Err(error),
                Ok(News::Message(message)) => {
                    self.viewer.update(message);
                }
                Ok(News::Terminal(event)) => {
                    let Some(message) = self.meaning(&event) else { continue };
                    match self.viewer.update(message) {
                        None => {}
                        Some(Effect::Leave) => return Ok(()),
                        Some(Effect::Type(line)) => self.type_line(&line),
                        Some(Effect::Suspend) => {
                            close();
                            suspend();
                            *terminal = open()?;
                            // Not the terminal's own way, which asks where the
                            // cursor is, and the answer would be read as a key.
                            execute!(io::stdout(), Clear(ClearType::All))?;
                        }
                    }
                }
            }
            is_stale = true;
        }
    }

    fn draw(&self, terminal: &mut DefaultTerminal) -> io::Result<()> {
        terminal.draw(|frame| view(&self.viewer, self.look, frame))?;
        Ok(())
    }

    fn meaning(&self, event: &Event) -> Option<Message> {
        match event {
            Event::Key(key) => wish(*key, self.viewer.scope()).map(Message::Wish),
            Event::Resize(columns, rows) => Some(Message::Resized(*columns, *rows)),
            Event::Mouse(mouse) => match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => {
                    Some(Message::Press(mouse.column, mouse.row))
                }
                MouseEventKind::Drag(MouseButton::Left) => {
                    Some(Message::Drag(mouse.column, mouse.row))
                }
                MouseEventKind::Up(_) => Some(Message::Release),
                MouseEventKind::ScrollUp => Some(Message::Wheel(-1)),
                MouseEventKind::ScrollDown => Some(Message::Wheel(1)),
                _ => None,
            },
            _ => None,
        }
    }

    fn type_line(&mut self, line: &str) {
        let Some(program) = &mut self.program else { return };
        let said = match program.type_line(line) {
            Ok(()) => format!("> {line}"),
            Err(error) => format!("the program does not take it: {error}"),
        };
        self.viewer.update(Message::Printed(said));
    }
}

/// Gives the terminal to the shell until it is given back.
#[cfg(unix)]
fn suspend() {
    // To this thread, and not to the process: this one must not run on meanwhile.
    let _ = signal_hook::low_level::raise(signal_hook::consts::SIGTSTP);
}

#[cfg(not(unix))]
fn suspend() {}

/// Listens to keys and mouse, and to whoever wants this program to end.
fn listen(sender: SyncSender<News>) -> io::Result<()> {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGTERM};
        let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGTERM])?;
        let sender = sender.clone();
        thread::spawn(move || {
            if signals.forever().next().is_some() {
                let _ = sender.send(News::Ended);
            }
        });
    }
    thread::spawn(move || {
        loop {
            let (news, is_over) = match event::read() {
                Ok(event) => (News::Terminal(event), false),
                Err(error) => (News::Lost(error), true),
            };
            if sender.send(news).is_err() || is_over {
                return;
            }
        }
    });
    Ok(())
}
