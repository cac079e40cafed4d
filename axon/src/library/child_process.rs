//! # Child process
//!
//! A program of the operating system as a component: what it receives goes to the
//! program's standard input, what the program writes comes out of `outbox` and `error`,
//! and how it ended out of `status`. All three pipes are bounded, on either side: a
//! program that writes more than is taken has to wait, and so has whoever sends it more
//! than it reads.
//!
//! When no more will come, the program's input is closed; it ends when the program has
//! ended and all that it wrote has been sent on. On a shutdown, or when the component is
//! dropped, the program is killed. Programs that it has started in its turn are its own
//! business; as long as one of them holds on to its output, that is not over.
//!
//! **Invariant:** no program outlives its component.
//!
//! Ancestor: `UnixProcess` in `Kamaelia/File`.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::task::Poll;

use shared_child::SharedChild;

use crate::ferry::until;
use crate::library::clerk::Clerk;
use crate::library::input::{BLOCK, Cut, Input, blocks, lines};
use crate::library::output::{Output, Torn};
use crate::{Co, Component, Inbox, Outbox, Signal, boxes};

/// A program of the operating system as a component.
///
/// What it receives is the program's standard input, and when no more will come, that is
/// closed. It ends when the program has, and all that it wrote has been sent on; on a
/// shutdown, or when it is dropped, the program is killed.
///
/// ```
/// use std::process::Command;
/// use axon::chassis::Pipeline;
/// use axon::library::{ChildProcess, ConsoleEchoer, DataSource};
///
/// Pipeline::new()
///     .then("words", DataSource::new(["pear", "apple", "fig"].map(String::from)))
///     .then("sort", ChildProcess::by_lines(Command::new("sort")))
///     .then("printer", ConsoleEchoer::default())
///     .run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct ChildProcess<T: 'static> {
    inbox: Inbox<T>,
    outbox: Outbox<T>,
    error: Outbox<T>,
    status: Outbox<ExitStatus>,
    command: Command,
    cut: fn() -> Cut<T>,
    end: &'static str,
}

impl ChildProcess<String> {
    /// Makes a component that speaks with a program in lines.
    pub fn by_lines(command: Command) -> Self {
        Self::new(command, lines, "\n")
    }
}

impl ChildProcess<Vec<u8>> {
    /// Makes a component that speaks with a program in bytes, in pieces as they come.
    pub fn by_blocks(command: Command) -> Self {
        Self::new(command, blocks, "")
    }
}

impl<T: 'static> ChildProcess<T> {
    fn new(command: Command, cut: fn() -> Cut<T>, end: &'static str) -> Self {
        Self {
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            error: Outbox::default(),
            status: Outbox::default(),
            command,
            cut,
            end,
        }
    }
}

impl<T: AsRef<[u8]> + Send + 'static> Component for ChildProcess<T> {
    boxes! {
        inbox: "what the program is to read",
        outbox: "what it writes to its standard output",
        error: "what it writes to its standard error",
        status: "how it ended, once",
    }

    async fn main(self, co: Co) {
        let Self { inbox, outbox, error, status, mut command, cut, end } = self;
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = match SharedChild::spawn(&mut command) {
            Ok(child) => Leash(Arc::new(child)),
            Err(error) => return co.fail(format!("cannot start `{name}`: {error}")),
        };
        let why = "the pipe was asked for, and nobody has taken it";
        let stdin = child.0.take_stdin().expect(why);
        let stdout = child.0.take_stdout().expect(why);
        let stderr = child.0.take_stderr().expect(why);

        let to = Output::new(format!("to `{name}`"), Torn::IsTheEnd, || Ok(stdin));
        let from = Input::new(format!("the output of `{name}`"), || Ok(stdout));
        let beside = Input::new(format!("the errors of `{name}`"), || Ok(stderr));
        let waited_for = child.0.clone();
        let mut waiter = Clerk::hire(&co, move |()| waited_for.wait());

        let last = Signal::Shutdown;
        let writes = async {
            // The inbox goes when the program reads no more, so that nobody waits for
            // room in it.
            let inbox = inbox;
            to.write_down(&inbox, end, &co).await;
        };
        let ends = all(
            from.send_on(BLOCK, cut(), &outbox, last, &co),
            beside.send_on(BLOCK, cut(), &error, last, &co),
            waiter.ask((), last, &co),
        );
        match until(ends, writes).await {
            Some(Ok(ended)) => drop(status.send(ended, &co).await),
            Some(Err(error)) => {
                co.fail(format!("cannot wait for `{name}`: {error}"));
            }
            None => {
                child.kill();
                // Somebody has to hear that it has ended, or it would stay as a zombie.
                drop(waiter.answer(None, &co).await);
            }
        }
    }
}

/// Does three things at once, to the end of all; returns what the last came to.
async fn all<R>(
    one: impl Future<Output = ()>,
    two: impl Future<Output = ()>,
    three: impl Future<Output = R>,
) -> R {
    let pair = async {
        let (mut one, mut two) = (pin!(one), pin!(two));
        let (mut one_is_done, mut two_is_done) = (false, false);
        poll_fn(|context| {
            one_is_done = one_is_done || one.as_mut().poll(context).is_ready();
            two_is_done = two_is_done || two.as_mut().poll(context).is_ready();
            if one_is_done && two_is_done { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    };
    let (mut pair, mut three) = (pin!(pair), pin!(three));
    let (mut pair_is_done, mut result) = (false, None);
    poll_fn(|context| {
        pair_is_done = pair_is_done || pair.as_mut().poll(context).is_ready();
        if result.is_none()
            && let Poll::Ready(it) = three.as_mut().poll(context)
        {
            result = Some(it);
        }
        match result.take_if(|_| pair_is_done) {
            Some(result) => Poll::Ready(result),
            None => Poll::Pending,
        }
    })
    .await
}

/// Keeps a program from outliving its component.
struct Leash(Arc<SharedChild>);

impl Leash {
    /// Ends the program, if it has not ended.
    fn kill(&self) {
        // What has ended already cannot be killed, and need not be.
        let _: io::Result<()> = self.0.kill();
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        self.kill();
    }
}

impl<T: 'static> fmt::Debug for ChildProcess<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "ChildProcess({:?})", self.command)
    }
}
