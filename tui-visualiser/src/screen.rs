//! # Screen
//!
//! The live picture on a terminal. This file opens the terminal, waits for what happens,
//! and does what the [viewer] asks for; what is shown is decided there, and how, in
//! [`view()`].
//!
//! ```text
//! keys, mouse ─────┐
//!                  ├─▶ Message ─▶ Viewer ─┬─▶ view ─▶ terminal
//! file or program ─┘                      ╰─▶ Effect ─▶ the program
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
pub mod reins;
pub mod viewer;
pub mod view;
#[cfg(unix)]
mod attach;
mod source;
pub mod picker;

use std::env;
use std::io::{self, IsTerminal};
use std::panic;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use axon::trace::Command;
use crossterm::event::{
    self, DisableMouseCapture, EnableMouseCapture, Event, MouseButton,
    MouseEventKind,
};
use crossterm::execute;
use crossterm::terminal::{Clear, ClearType};
use ratatui::DefaultTerminal;

pub use self::source::Source;

use self::keys::wish;
use self::picker::{Choice, Picker};
use self::source::Opened;
use self::view::view;
use self::viewer::{Effect, Message, TICK};
use crate::finds::Finds;
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
    // What cannot be opened is said in the shell.
    let opened = source.open(look.is_ascii, &sender)?;
    let mut terminal = begin(sender)?;
    let shown = Screen { opened, look, news: &news }.show(&mut terminal);
    close();
    shown
}

/// Has somebody choose from what `seek` finds, and shows it.
///
/// # Errors
///
/// If the terminal does not let itself be drawn on.
pub fn pick(seek: impl Fn() -> Finds, is_ascii: bool) -> io::Result<()> {
    let look = Look::on_terminal(is_ascii);
    let (sender, news) = mpsc::sync_channel(WAITING);
    let mut picker = Picker::new(seek());
    let mut terminal = begin(sender.clone())?;
    let shown = loop {
        match choose(&mut picker, &seek, look, &news, &mut terminal) {
            Err(error) => break Err(error),
            Ok(None) => break Ok(()),
            Ok(Some(source)) => {
                let opened = source.and_then(|it| it.open(look.is_ascii, &sender));
                match opened {
                    Ok(opened) => {
                        let screen = Screen { opened, look, news: &news };
                        break screen.show(&mut terminal);
                    }
                    // It was there a moment ago.
                    Err(error) => picker.renew(seek(), Some(error.to_string())),
                }
            }
        }
    };
    close();
    shown
}

/// Shows the list until somebody has chosen, or leaves.
fn choose(
    picker: &mut Picker,
    seek: &impl Fn() -> Finds,
    look: Look,
    news: &Receiver<News>,
    terminal: &mut DefaultTerminal,
) -> io::Result<Option<io::Result<Source>>> {
    loop {
        terminal.draw(|frame| picker.view(look, frame))?;
        let choice = match news.recv() {
            Err(_) | Ok(News::Ended) => return Ok(None),
            Ok(News::Lost(error)) => return Err(error),
            Ok(News::Message(_)) => continue,
            Ok(News::Terminal(event)) => picker.update(&event),
        };
        match choice {
            None => {}
            Some(Choice::Leave) => return Ok(None),
            Some(Choice::Renew) => picker.renew(seek(), None),
            Some(Choice::Suspend) => *terminal = reopen()?,
            Some(Choice::Show(find)) => return Ok(Some(Source::of(&find))),
        }
    }
}

/// Opens the terminal, so that it is given back however this ends.
fn begin(sender: SyncSender<News>) -> io::Result<DefaultTerminal> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let _ = execute!(io::stdout(), DisableMouseCapture);
        hook(info);
    }));
    let terminal = open()?;
    listen(sender)?;
    Ok(terminal)
}

/// Gives the terminal to the shell for a while.
fn reopen() -> io::Result<DefaultTerminal> {
    close();
    suspend();
    let terminal = open()?;
    // Not the terminal's own way, which asks where the cursor is, and the answer would be
    // read as a key.
    execute!(io::stdout(), Clear(ClearType::All))?;
    Ok(terminal)
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
struct Screen<'a> {
    opened: Opened,
    look: Look,
    news: &'a Receiver<News>,
}

impl Screen<'_> {
    fn show(mut self, terminal: &mut DefaultTerminal) -> io::Result<()> {
        let size = terminal.size()?;
        self.opened.viewer.update(Message::Resized(size.width, size.height));
        let mut drawn = Instant::now();
        let mut ticked = Instant::now();
        self.draw(terminal)?;
        let mut is_stale = false;
        loop {
            let now = Instant::now();
            if self.opened.viewer.is_moving() {
                if now >= ticked + TICK {
                    ticked = now;
                    self.opened.viewer.update(Message::Tick);
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
            let next_tick = self.opened.viewer.is_moving().then_some(ticked + TICK);
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
                    self.opened.viewer.update(message);
                }
                Ok(News::Terminal(event)) => {
                    let Some(message) = self.meaning(&event) else { continue };
                    match self.opened.viewer.update(message) {
                        None => {}
                        Some(Effect::Leave) => return Ok(()),
                        Some(Effect::Type(line)) => self.type_line(&line),
                        Some(Effect::Ask(command)) => self.ask(&command),
                        Some(Effect::Suspend) => *terminal = reopen()?,
                    }
                }
            }
            is_stale = true;
        }
    }

    fn draw(&mut self, terminal: &mut DefaultTerminal) -> io::Result<()> {
        self.opened.viewer.look();
        terminal.draw(|frame| view(&self.opened.viewer, self.look, frame))?;
        Ok(())
    }

    fn meaning(&self, event: &Event) -> Option<Message> {
        match event {
            Event::Key(key) => {
                wish(*key, self.opened.viewer.scope()).map(Message::Wish)
            }
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
        let Some(program) = &mut self.opened.program else { return };
        let said = match program.type_line(line) {
            Ok(()) => format!("> {line}"),
            Err(error) => format!("the program does not take it: {error}"),
        };
        self.opened.viewer.update(Message::Printed(said));
    }

    fn ask(&mut self, command: &Command) {
        if let Err(error) = (self.opened.ask)(command) {
            let said = format!("the program does not hear it: {error}");
            self.opened.viewer.said = Some(said);
        }
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
