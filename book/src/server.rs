//! # Server
//!
//! Shows the book to a browser on this machine. `cargo book` runs it. Before it sends a
//! page it looks whether anything that the book stands on has changed, and builds it
//! again; a chapter that is wrong becomes a page that says so.
//!
//! It listens on the loopback interface only, and has one reader at a time in mind.
//!
//! **Invariant:** nothing outside the book's folder is sent.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Component, Path, PathBuf};

use tiny_http::{Header, Method, Request, Response};

use crate::press::{Press, Printed};
use crate::problem::Problems;
use crate::repository::Stamps;
use crate::snapshot::escape;

/// A book, and a door at which browsers knock.
pub struct Server {
    http: tiny_http::Server,
    port: u16,
    press: Press,
    edition: Option<Edition>,
}

/// What the last build came to, and what it stood on.
struct Edition {
    printed: Result<Printed, Problems>,
    stamps: Stamps,
}

impl Server {
    /// Opens the door at this port, or at the next that is free.
    ///
    /// # Errors
    ///
    /// If no port from there on can be had.
    pub fn open(press: Press, port: u16) -> io::Result<Self> {
        let mut port = port;
        let listener = loop {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                Err(error)
                    if error.kind() == io::ErrorKind::AddrInUse
                        && port < u16::MAX =>
                {
                    port += 1;
                }
                bound => break bound?,
            }
        };
        let port = listener.local_addr()?.port();
        let http = tiny_http::Server::from_listener(listener, None)
            .map_err(io::Error::other)?;
        Ok(Self { http, port, press, edition: None })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The book as it is now, built again if it has to be.
    pub fn edition(&mut self) -> &Result<Printed, Problems> {
        let last = self.edition.take();
        let current = last.filter(|edition| self.press.is_current(&edition.stamps));
        let edition = current.unwrap_or_else(|| {
            let (printed, stamps) = self.press.print_noting();
            Edition { printed, stamps }
        });
        &self.edition.insert(edition).printed
    }

    /// Waits for one request, and answers it.
    ///
    /// # Errors
    ///
    /// If the door is broken. A browser that goes away is no error.
    pub fn answer(&mut self) -> io::Result<()> {
        let request = self.http.recv()?;
        let reply = self.reply(&request);
        let kind = Header::from_bytes("Content-Type", reply.kind)
            .expect("each of the kinds below is ASCII");
        // Yesterday's page must not stand in for today's.
        let cache = Header::from_bytes("Cache-Control", "no-cache")
            .expect("both words are ASCII");
        let response = Response::from_data(reply.body)
            .with_status_code(reply.status)
            .with_header(kind)
            .with_header(cache);
        let _gone = request.respond(response);
        Ok(())
    }

    fn reply(&mut self, request: &Request) -> Reply {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return Reply::text(405, "a book can only be read: GET or HEAD\n");
        }
        let folder = self.press.folder().to_path_buf();
        let Some(file) = locate(&folder, request.url()) else {
            return Reply::text(400, "the address leads out of the book\n");
        };
        if file.extension().is_none_or(|kind| kind == "html")
            && let Err(problems) = self.edition()
        {
            eprintln!("{problems}");
            return Reply::problems(problems);
        }
        let file = if file.is_dir() { file.join("index.html") } else { file };
        if let Some(reply) = Reply::file(&folder, &file, 200) {
            return reply;
        }
        Reply::file(&folder, &folder.join("404.html"), 404)
            .unwrap_or_else(|| Reply::text(404, "there is no such page\n"))
    }
}

/// What is sent to a browser.
struct Reply {
    status: u16,
    kind: &'static str,
    body: Vec<u8>,
}

impl Reply {
    fn text(status: u16, text: &str) -> Self {
        Self { status, kind: "text/plain; charset=utf-8", body: text.into() }
    }

    /// A page that stands in for a book that cannot be built.
    fn problems(problems: &Problems) -> Self {
        let problems = escape(&problems.to_string());
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>The book cannot be built</title>\n\
             <h1>The book cannot be built</h1>\n\
             <pre style=\"white-space: pre-wrap\">{problems}</pre>\n\
             <p>Mend it and load this page again.</p>\n"
        );
        Self { status: 500, kind: "text/html; charset=utf-8", body: page.into() }
    }

    /// A file of the book, unless it is none, or a link that leads out.
    fn file(folder: &Path, file: &Path, status: u16) -> Option<Self> {
        let real = file.canonicalize().ok()?;
        if !real.starts_with(folder.canonicalize().ok()?) {
            return None;
        }
        let kind = match real.extension().and_then(|kind| kind.to_str()) {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            Some("woff2") => "font/woff2",
            Some("json") => "application/json",
            Some("txt") => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        };
        Some(Self { status, kind, body: fs::read(real).ok()? })
    }
}

/// The file that an address means; none, if it would lie outside the folder.
fn locate(folder: &Path, address: &str) -> Option<PathBuf> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let path = decode(path.trim_start_matches('/'))?;
    let normal = |part| matches!(part, Component::Normal(_));
    let inside =
        Path::new(&path).components().all(normal) && !path.contains(['\\', '\0']);
    inside.then(|| folder.join(path))
}

/// Puts the characters back for which an address says `%20`.
fn decode(address: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = address.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}
