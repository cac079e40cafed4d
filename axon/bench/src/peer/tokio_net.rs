//! # tokio's servers, as a peer
//!
//! The cases with a net on tokio, as its tutorial has them: a task for each connection, and
//! for the chat its own broadcast channel.

use std::net::SocketAddr;
use std::thread;

use bytes::Bytes;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::{broadcast, oneshot};

use crate::case::{Case, Load};
use crate::guests::{BURST, Party};
use crate::peer::Outcome;

/// What went wrong if this machine cannot do what the benchmark needs.
const MACHINE: &str = "this machine has a net of its own";

pub(crate) fn run_on_one(case: Case, load: Load) -> Outcome {
    run(&mut Builder::new_current_thread(), case, load)
}

pub(crate) fn run_on_two(case: Case, load: Load) -> Outcome {
    run(Builder::new_multi_thread().worker_threads(2), case, load)
}

fn run(builder: &mut Builder, case: Case, load: Load) -> Outcome {
    let runtime = builder.enable_io().build().expect(MACHINE);
    let outcome = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect(MACHINE);
        let address = listener.local_addr().expect(MACHINE);
        tokio::spawn(async move {
            match case {
                Case::Echo | Case::Connections => serve_echo(listener).await,
                Case::Chat => serve_chat(listener).await,
                _ => unreachable!("nobody is visited in it"),
            }
        });
        visited(case, load, address).await
    });
    drop(runtime);
    outcome
}

/// Waits until the guests have gone.
async fn visited(case: Case, load: Load, address: SocketAddr) -> Outcome {
    let (tell, told) = oneshot::channel();
    let party = thread::spawn(move || {
        // Nobody is there to be told if the run was given up.
        let _ = tell.send(Party::of(case, load, address));
    });
    let outcome = told.await.expect("the guests know what they do");
    party.join().expect("the guests know what they do");
    outcome
}

async fn serve_echo(listener: TcpListener) {
    loop {
        let (mut stream, _) = listener.accept().await.expect(MACHINE);
        stream.set_nodelay(true).expect(MACHINE);
        tokio::spawn(async move {
            let mut buffer = [0; 1024];
            while let Ok(count @ 1..) = stream.read(&mut buffer).await
                && stream.write_all(&buffer[..count]).await.is_ok()
            {}
        });
    }
}

/// What is broadcast is shared by all who hear it.
async fn serve_chat(listener: TcpListener) {
    // Its broadcast waits for nobody: so it holds more than is said at once.
    let (outbox, _) = broadcast::channel::<Bytes>(2 * BURST as usize);
    loop {
        let (stream, _) = listener.accept().await.expect(MACHINE);
        stream.set_nodelay(true).expect(MACHINE);
        tokio::spawn(talk(stream, outbox.clone(), outbox.subscribe()));
    }
}

async fn talk(
    stream: TcpStream,
    outbox: broadcast::Sender<Bytes>,
    mut inbox: broadcast::Receiver<Bytes>,
) {
    let (reads, mut writes) = stream.into_split();
    tokio::spawn(async move {
        let mut lines = BufReader::new(reads).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let line = Bytes::from(line + "\n");
            outbox.send(line).expect("whoever speaks hears itself");
        }
    });
    while let Ok(heard) = inbox.recv().await
        && writes.write_all(&heard).await.is_ok()
    {}
}
