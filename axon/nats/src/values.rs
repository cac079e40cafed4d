//! # Values
//!
//! Values with names that several systems share, as components of one share the tracked
//! values of a [`Store`](axon::stm::Store). The server keeps them, each with the number of
//! its last change.
//!
//! ```text
//!   check out            change             commit
//!  ┌────────────┐ read  ┌─────────┐ write ┌─────────────────────┐
//!  │ 7, from    │ ────▶ │ 7 + 1   │ ────▶ │ still revision 41?  │──▶ 8, revision 42
//!  │ revision 41│       └─────────┘       └──────────┬──────────┘
//!  └────────────┘ ◀──────────── conflict ────────────┘
//! ```
//!
//! That is a transaction on one variable, and it says what one of a store says: change it,
//! leave it, or wait until somebody else has changed it. What has to change together is one
//! value; the server compares one revision at a time.
//!
//! **Invariant:** no change is made on what is no longer true.
//!
//! Ancestor: `trackValue`, `updateValue` and `retrieveValue` in
//! `Axon/CoordinatingAssistantTracker.py`, and the commit of `Axon/STM.py`.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use async_nats::Client;
use async_nats::jetstream;
use async_nats::jetstream::context::{CreateStreamError, CreateStreamErrorKind};
use async_nats::jetstream::kv::{Operation, Store, UpdateErrorKind};
use async_nats::jetstream::stream::{Config, DiscardPolicy};
use axon::Co;
use bytes::Bytes;
use futures_lite::StreamExt;
use tokio::sync::watch;

use crate::nats::{Nats, Standing};
use crate::payload::Payload;
use crate::subject;
use crate::waiting::{Elsewhere, unless_shut_down};

/// How long a server may take to answer, and how often it is asked.
const PATIENCE: Duration = Duration::from_secs(1);
const TRIES: u32 = 5;

/// Values of one type, each with a name, that a server keeps.
///
/// ```no_run
/// use axon::{Io, component};
/// use axon_nats::{Commit, Nats, Values};
///
/// let nats = Nats::connect("127.0.0.1:4222")?;
/// let doors = Values::<String>::new("doors", &nats);
/// // Waits until the front door is open, and shuts it: of all who do so, one at a time.
/// component(async move |io: Io<(), ()>| {
///     let shut = doors.atomically("front", &io.co, |door| match door.as_deref() {
///         Some("open") => Commit::Write("shut".to_string(), ()),
///         _ => Commit::Retry,
///     });
///     if let Err(trouble) = shut.await {
///         io.co.fail(trouble);
///     }
/// });
/// # Ok::<(), axon_nats::Unreachable>(())
/// ```
#[derive(Clone)]
pub struct Values<T> {
    nats: Nats,
    bucket: String,
    of: PhantomData<fn() -> T>,
}

/// How a transaction on one value goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit<T, R> {
    /// Change the value to this, and return that. If somebody else has changed it in
    /// between, the transaction is run anew.
    Write(T, R),
    /// Leave it, and return this.
    Leave(R),
    /// Wait until somebody else has changed it, and run it anew.
    Retry,
}

/// What came of an attempt.
enum Outcome {
    Done,
    Conflict,
}

/// What was read: the value, if there is one, and its revision, which is 0 before there
/// was any.
type Read = (Option<Bytes>, u64);

impl<T: Payload> Values<T> {
    /// Makes a handle to the values of this name on a server, which is to have JetStream
    /// (`nats-server -js`). If there are none, they are made with the first that is used.
    ///
    /// # Panics
    ///
    /// If the name is empty, or has anything in it but letters without accents, digits, `-`
    /// and `_`.
    #[track_caller]
    pub fn new(name: &str, nats: &Nats) -> Self {
        let is_fine = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        assert!(
            !name.is_empty() && name.chars().all(is_fine),
            "`{name}` cannot name values: letters, digits, `-` and `_` are expected"
        );
        Self { nats: nats.clone(), bucket: name.to_string(), of: PhantomData }
    }

    /// Returns the value of a name, if there is one.
    ///
    /// # Errors
    ///
    /// If the server cannot be asked, or has something else there, or if the component was
    /// told to shut down.
    ///
    /// # Panics
    ///
    /// If the name cannot be a subject.
    pub async fn read(&self, name: &str, co: &Co) -> Result<Option<T>, Trouble>
    where
        T: Clone,
    {
        self.atomically(name, co, Commit::Leave).await
    }

    /// Runs a transaction on the value of a name, until it commits, and returns what it
    /// returned. `None` means that nobody has written a value yet. It may be run several
    /// times, so all that it does beside may be done several times.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read). If the server goes while it commits, whether it has is
    /// not known; it is not run anew, because it would be twice what is to be once.
    ///
    /// # Panics
    ///
    /// If the name cannot be a subject.
    pub async fn atomically<R>(
        &self,
        name: &str,
        co: &Co,
        mut change: impl FnMut(Option<T>) -> Commit<T, R>,
    ) -> Result<R, Trouble> {
        subject::check(name);
        let trouble = |reason: String| Trouble {
            name: name.to_string(),
            bucket: self.bucket.clone(),
            reason,
        };
        let (key, bucket) = (name.to_string(), self.bucket.clone());
        let open = open(self.nats.office.client.clone(), bucket);
        let store = self.there(open, co).await.map_err(trouble)?;
        loop {
            let (bytes, revision) = self
                .there(read(store.clone(), key.clone()), co)
                .await
                .map_err(trouble)?;
            let value = bytes.map(T::decode).transpose().map_err(trouble)?;
            let (value, result) = match change(value) {
                Commit::Write(value, result) => (value, result),
                Commit::Leave(result) => return Ok(result),
                Commit::Retry => {
                    let standing = self.nats.office.standing.clone();
                    let change =
                        changed(store.clone(), key.clone(), revision, standing);
                    self.there(change, co).await.map_err(trouble)?;
                    continue;
                }
            };
            let commit =
                commit(store.clone(), key.clone(), value.encode(), revision);
            match self.there(commit, co).await.map_err(trouble)? {
                Outcome::Done => return Ok(result),
                Outcome::Conflict => {}
            }
        }
    }

    /// Does something on the client's thread, and waits for it until the component is told
    /// to shut down.
    async fn there<R: Send + 'static>(
        &self,
        what: impl Future<Output = Result<R, String>> + Send + 'static,
        co: &Co,
    ) -> Result<R, String> {
        let done = Elsewhere::start(&self.nats.office.runtime, what);
        match unless_shut_down(done, co).await {
            Some(Ok(result)) => result,
            Some(Err(error)) => Err(error.to_string()),
            None => Err("the component was told to shut down".to_string()),
        }
    }
}

/// Opens the values of a name, and makes them if there are none.
async fn open(client: Client, bucket: String) -> Result<Store, String> {
    let context = jetstream::new(client);
    let get = || insist(|| context.get_key_value(&bucket));
    if let Ok(store) = get().await {
        return Ok(store);
    }
    // What is called a bucket is a stream of a certain make. It is made here, because the
    // client would first ask for the account in a way that servers before 2.10 do not
    // understand.
    let make = Config {
        name: format!("KV_{bucket}"),
        subjects: vec![format!("$KV.{bucket}.>")],
        max_messages_per_subject: 1,
        discard: DiscardPolicy::New,
        allow_rollup: true,
        deny_delete: true,
        allow_direct: true,
        num_replicas: 1,
        ..Config::default()
    };
    // If another has made it at the same time, it is there.
    let made = context.create_stream(make).await;
    get()
        .await
        .map_err(|missing| made.map_or_else(|error| unmade(&error), |_| missing))
}

/// Says why there are no values of a name, and none can be made.
fn unmade(error: &CreateStreamError) -> String {
    match error.kind() {
        CreateStreamErrorKind::JetStreamUnavailable => {
            "the server keeps nothing: it has to have JetStream, as `nats-server -js` does"
                .to_string()
        }
        _ => error.to_string(),
    }
}

/// Asks what can be asked again: a server that has just come back may leave a question
/// without an answer.
async fn insist<R, E, Asking>(ask: impl Fn() -> Asking) -> Result<R, String>
where
    E: fmt::Display,
    Asking: Future<Output = Result<R, E>>,
{
    for _ in 0..TRIES {
        if let Ok(answer) = tokio::time::timeout(PATIENCE, ask()).await {
            return answer.map_err(|error| error.to_string());
        }
    }
    Err(format!("no answer has come in {:?}", PATIENCE * TRIES))
}

async fn read(store: Store, key: String) -> Result<Read, String> {
    let entry = insist(|| store.entry(key.clone())).await?;
    Ok(entry.map_or((None, 0), |entry| {
        let is_there = entry.operation == Operation::Put;
        (is_there.then_some(entry.value), entry.revision)
    }))
}

async fn commit(
    store: Store,
    key: String,
    value: Bytes,
    revision: u64,
) -> Result<Outcome, String> {
    match store.update(key, value, revision).await {
        Ok(_) => Ok(Outcome::Done),
        Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => {
            Ok(Outcome::Conflict)
        }
        Err(error) if error.kind() == UpdateErrorKind::TimedOut => {
            Err("whether it was changed is not known: no answer has come"
                .to_string())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Waits until a value is later than a revision. It may end early: when the server was
/// gone, what has changed meanwhile may not have been told.
async fn changed(
    store: Store,
    key: String,
    revision: u64,
    mut standing: watch::Receiver<Standing>,
) -> Result<(), String> {
    standing.mark_unchanged();
    // It begins with the value that is there, so a change since the reading is not missed.
    let mut changes = insist(|| store.watch_with_history(&key)).await?;
    loop {
        tokio::select! {
            change = changes.next() => match change {
                Some(Ok(entry)) if entry.revision <= revision => {}
                Some(Ok(_)) => return Ok(()),
                // It has lost the server.
                Some(Err(_)) | None => break,
            },
            noted = standing.changed() => {
                if noted.is_err() || is_connected(&standing.borrow()) {
                    return Ok(());
                }
            }
        }
    }
    let back = standing.wait_for(is_connected).await;
    back.map(drop).map_err(|error| error.to_string())
}

fn is_connected(standing: &Standing) -> bool {
    matches!(standing, Standing::Connected(_))
}

impl<T> fmt::Debug for Values<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Values({}, {:?})", self.bucket, self.nats)
    }
}

/// Why a value cannot be read or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    name: String,
    bucket: String,
    reason: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { name, bucket, reason } = self;
        write!(f, "the value `{name}` of `{bucket}` cannot be had: {reason}")
    }
}

impl std::error::Error for Trouble {}
