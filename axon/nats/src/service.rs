//! # Service
//!
//! A service of one system that others can ask. In axon a service is an inbox that is found
//! by its name; here what comes into it is a question that can be answered ([`Asked`]), and
//! it may have come from another machine.
//!
//! ```text
//!   asks ──▶ [ AskOn ] ─────── NATS ───────▶ [ Offer ] ──▶ the service
//!        ◀──────────────────────────────────────────── answers
//! ```
//!
//! 1. Where the service is, an [`Offer`] finds it by its name, and leads to it what is asked
//!    elsewhere.
//! 2. Where it is not, an [`AskOn`] is the service of that name. Whoever asks finds it as he
//!    would find the service itself, and cannot tell the difference.
//! 3. Several may offer one service: each question goes to one of them.
//!
//! **Invariant:** each question gets an answer, or the reason why there is none.
//!
//! Nobody waits for ever: there is a time limit, and who has asked where nobody offers the
//! service is told at once. What was asked and not answered in time may be done all the
//! same: the answer may be what was lost.
//!
//! Ancestor: `registerService` and `retrieveService` in
//! `Axon/CoordinatingAssistantTracker.py`, which knew one system.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use async_nats::client::{PublishErrorKind, RequestErrorKind};
use async_nats::{Client, HeaderMap, Message, Request, Subject, Subscriber};
use axon::{Co, Component, Inbox, Outbox, Signal, boxes};
use bytes::Bytes;
use futures_lite::StreamExt;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;

use crate::nats::Nats;
use crate::payload::Payload;
use crate::relay::WINDOW;
use crate::subject;
use crate::waiting::unless_shut_down;

/// How long an answer may take, if nobody says how long.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long the last answers may take.
const PARTING: Duration = Duration::from_secs(2);

/// Says why there is no answer.
const REFUSED: &str = "Axon-Refused";

/// A question, on its way to somebody who can answer it.
///
/// ```
/// use axon::{Io, System, component};
/// use axon_nats::Asked;
///
/// let double = component(|io: Io<Asked<u64, u64>, ()>| async move {
///     io.co.serve();
///     let assistant = io.co.assistant();
///     let _registered = assistant.register("double", &io.inbox);
///     while let Some(asked) = io.recv().await {
///         let number = asked.question;
///         asked.answer(2 * number);
///     }
/// });
/// let pupil = component(|io: Io<(), Asked<u64, u64>>| async move {
///     let service = io.co.assistant().find("double", &io.co).await;
///     service.and_then(|it| it.link(&io.outbox)).expect("it is there");
///     let (asked, answer) = Asked::new(21);
///     io.send(asked).await;
///     assert_eq!(answer.await, Ok(42));
/// });
/// let mut system = System::new();
/// system.add("double", double)?;
/// system.add("pupil", pupil)?;
/// system.run()?;
/// # Ok::<(), axon::Error>(())
/// ```
pub struct Asked<Q, A> {
    /// What is asked.
    pub question: Q,
    reply: Reply<A>,
}

type Reply<A> = Box<dyn FnOnce(Result<A, Unanswered>) + Send>;

impl<Q, A: Send + 'static> Asked<Q, A> {
    /// Makes a question, and what its answer will be.
    pub fn new(question: Q) -> (Self, Answer<A>) {
        let (answer, answered) = oneshot::channel();
        // Whoever has asked may have gone, and then that is all.
        let reply = Box::new(move |result| drop(answer.send(result)));
        (Self { question, reply }, Answer(answered))
    }

    /// Answers it. Who drops a question has refused to answer it.
    pub fn answer(self, answer: A) {
        (self.reply)(Ok(answer));
    }
}

impl<Q: fmt::Debug, A> fmt::Debug for Asked<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Asked({:?})", self.question)
    }
}

/// The answer to a question, when it has come. It is awaited, as any future.
///
/// A component that is told to shut down is no longer to wait for it: see
/// [`or_shutdown`](Self::or_shutdown).
#[must_use = "an answer has to be awaited"]
#[derive(Debug)]
pub struct Answer<A>(oneshot::Receiver<Result<A, Unanswered>>);

impl<A> Answer<A> {
    /// Waits for the answer, until the component is told to shut down.
    ///
    /// # Errors
    ///
    /// If there is no answer.
    pub async fn or_shutdown(self, co: &Co) -> Result<A, Unanswered> {
        unless_shut_down(self, co).await.unwrap_or(Err(Unanswered::ShutDown))
    }
}

impl<A> Future for Answer<A> {
    type Output = Result<A, Unanswered>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| match answer {
            Ok(answer) => answer,
            Err(_) => Err(Unanswered::Refused("it was dropped".to_string())),
        })
    }
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// Nobody offers the service.
    NobodyThere,
    /// It took longer than it may take. It may have been understood, and done.
    TooLate,
    /// Whoever had the question did not answer, for this reason.
    Refused(String),
    /// The answer is none of the kind that is expected, for this reason.
    Unreadable(String),
    /// The component that has asked was told to shut down.
    ShutDown,
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NobodyThere => f.write_str("nobody offers the service"),
            Self::TooLate => f.write_str("no answer has come in time"),
            Self::Refused(why) => write!(f, "the question was not answered: {why}"),
            Self::Unreadable(why) => write!(f, "the answer cannot be read: {why}"),
            Self::ShutDown => {
                f.write_str("there was no time to wait for the answer")
            }
        }
    }
}

impl std::error::Error for Unanswered {}

/// Offers a service of this system to others.
///
/// It ends when it is told to, when it has brought the answers that are due; and it ends
/// when somebody asks and the service has gone, so that others who offer the same are asked
/// from then on.
pub struct Offer<Q: Payload, A: Payload> {
    questions: Outbox<Asked<Q, A>>,
    name: String,
    nats: Nats,
}

impl<Q: Payload, A: Payload> Offer<Q, A> {
    /// Makes one who offers the service of this name. It waits until there is one here.
    ///
    /// # Panics
    ///
    /// If the name cannot be a subject.
    #[track_caller]
    pub fn new(service: &str, nats: &Nats) -> Self {
        subject::check(service);
        let (name, nats) = (service.to_string(), nats.clone());
        Self { questions: Outbox::default(), name, nats }
    }
}

impl<Q: Payload, A: Payload> Component for Offer<Q, A> {
    boxes! { questions: "what is asked elsewhere, to the service" }

    async fn main(self, co: Co) {
        let Self { questions, name, nats } = self;
        let found = co.assistant().find(&name, &co).await;
        if let Err(error) = found.and_then(|service| service.link(&questions)) {
            if co.control() != Some(Signal::Shutdown) {
                co.fail(error);
            }
            return;
        }
        let (to_take, mut incoming) = mpsc::channel(WINDOW);
        let office = &nats.office;
        let (tell_end, mut end) = oneshot::channel::<()>();
        let client = office.client.clone();
        office.runtime.spawn(async move {
            serve(client, name, to_take).await;
            drop(tell_end);
        });
        while let Some((bytes, reply)) = next(&mut incoming, &co).await {
            if !questions.leads_somewhere() {
                let _ = reply.send(Err("the service has just gone".to_string()));
                break;
            }
            match Q::decode(bytes) {
                Ok(question) => {
                    let reply = Box::new(move |answer: Result<A, Unanswered>| {
                        let bytes = answer.map(|answer| answer.encode());
                        drop(reply.send(bytes.map_err(|why| why.to_string())));
                    });
                    questions.send(Asked { question, reply }, &co).await;
                }
                Err(why) => _ = reply.send(Err(format!("it cannot be read: {why}"))),
            }
        }
        drop((incoming, questions));
        co.timeout(PARTING, unless_shut_down(&mut end, &co)).await;
    }
}

impl<Q: Payload, A: Payload> fmt::Debug for Offer<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Offer({}, {:?})", self.name, self.nats)
    }
}

/// What was asked elsewhere, and how it is answered.
type Incoming = (Bytes, oneshot::Sender<Result<Bytes, String>>);

/// Waits for a question, or for the word to end.
async fn next(incoming: &mut mpsc::Receiver<Incoming>, co: &Co) -> Option<Incoming> {
    poll_fn(|context| match co.control() {
        // Who is told to end answers what it has, and nothing more.
        Some(_) => Poll::Ready(None),
        None => incoming.poll_recv(context),
    })
    .await
}

/// Takes questions from the server, until nobody takes them any more; then brings the
/// answers that are due.
async fn serve(client: Client, name: String, to_take: mpsc::Sender<Incoming>) {
    // Those who offer the same are one group, so each question has one of them.
    let subscribed = client.queue_subscribe(name.clone(), name).await;
    let Ok(mut subscription): Result<Subscriber, _> = subscribed else { return };
    let mut due = JoinSet::new();
    loop {
        tokio::select! {
            () = to_take.closed() => break,
            Some(_) = due.join_next() => {}
            message = subscription.next() => {
                let Some(message) = message else { return };
                let Message { reply: Some(back), payload, .. } = message else {
                    // Nobody wants to know.
                    continue;
                };
                let (reply, answered) = oneshot::channel();
                let is_taken = due.len() < WINDOW
                    && to_take.try_send((payload, reply)).is_ok();
                let client = client.clone();
                due.spawn(async move {
                    let refused = match is_taken {
                        true => "it was dropped",
                        false => "too many are asking",
                    };
                    let answer = answered.await;
                    let answer = answer.unwrap_or_else(|_| Err(refused.to_string()));
                    bring(&client, back, answer).await;
                });
            }
        }
    }
    // What the server has sent before it knew: those who have asked hear why nothing comes.
    let rest = async {
        if subscription.drain().await.is_err() {
            return;
        }
        while let Some(message) = subscription.next().await {
            if let Some(back) = message.reply {
                let why = "who offers the service is just leaving".to_string();
                bring(&client, back, Err(why)).await;
            }
        }
    };
    let _ = tokio::time::timeout(PARTING, rest).await;
    while due.join_next().await.is_some() {}
    let _ = client.flush().await;
}

/// Brings an answer, or the reason why there is none, to whoever has asked.
async fn bring(client: &Client, back: Subject, answer: Result<Bytes, String>) {
    let why = match answer {
        Ok(bytes) => {
            let length = bytes.len();
            match client.publish(back.clone(), bytes).await {
                Err(error)
                    if error.kind() == PublishErrorKind::MaxPayloadExceeded =>
                {
                    let limit = client.max_payload();
                    format!(
                        "the answer has {length} bytes, where {limit} may be sent"
                    )
                }
                // Whoever waits hears from his own clock.
                _ => return,
            }
        }
        Err(why) => why,
    };
    let mut headers = HeaderMap::new();
    // A header is one line.
    headers.insert(REFUSED, why.replace(char::is_control, " "));
    let _ = client.publish_with_headers(back, headers, Bytes::new()).await;
}

/// Is the service of a name for those who ask here, and asks those who offer it elsewhere.
///
/// It is a service, and ends as services do: when nobody is left who could ask.
pub struct AskOn<Q: Payload, A: Payload> {
    inbox: Inbox<Asked<Q, A>>,
    name: String,
    nats: Nats,
    limit: Duration,
}

impl<Q: Payload, A: Payload> AskOn<Q, A> {
    /// Makes one who asks the service of this name. An answer may take ten seconds, unless
    /// it is said how [long](Self::within).
    ///
    /// # Panics
    ///
    /// If the name cannot be a subject.
    #[track_caller]
    pub fn new(service: &str, nats: &Nats) -> Self {
        subject::check(service);
        let (name, nats) = (service.to_string(), nats.clone());
        Self { inbox: Inbox::default(), name, nats, limit: PATIENCE }
    }

    /// Sets how long an answer may take, by the clock of the machine.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }
}

impl<Q: Payload, A: Payload> Component for AskOn<Q, A> {
    boxes! { inbox: "questions" }

    async fn main(self, co: Co) {
        let Self { inbox, name, nats, limit } = self;
        co.serve();
        let _registration = match co.assistant().register(&name, &inbox) {
            Ok(registration) => registration,
            Err(error) => return co.fail(error),
        };
        let places = Arc::new(Semaphore::new(WINDOW));
        while let Some(Asked { question, reply }) = inbox.recv(&co).await {
            // Who asks more than may be asked at once waits.
            let place = unless_shut_down(places.clone().acquire_owned(), &co);
            let Some(Ok(place)) = place.await else { return };
            let client = nats.office.client.clone();
            let request =
                Request::new().payload(question.encode()).timeout(Some(limit));
            let name = name.clone();
            nats.office.runtime.spawn(async move {
                let answer = client.send_request(name, request).await;
                reply(answer.map_err(|error| why(error.kind())).and_then(read));
                drop(place);
            });
        }
    }
}

fn why(kind: RequestErrorKind) -> Unanswered {
    match kind {
        RequestErrorKind::TimedOut => Unanswered::TooLate,
        RequestErrorKind::NoResponders => Unanswered::NobodyThere,
        other => Unanswered::Refused(other.to_string()),
    }
}

/// Understands an answer.
fn read<A: Payload>(message: Message) -> Result<A, Unanswered> {
    let headers = message.headers.as_ref();
    if let Some(why) = headers.and_then(|headers| headers.get(REFUSED)) {
        return Err(Unanswered::Refused(why.as_str().to_string()));
    }
    A::decode(message.payload).map_err(Unanswered::Unreadable)
}

impl<Q: Payload, A: Payload> fmt::Debug for AskOn<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "AskOn({}, {:?})", self.name, self.nats)
    }
}
