//! # Server
//!
//! Asks the server for pages as a browser would, in the plainest HTTP. Each test opens a
//! door of its own, at whichever port is free.

mod small_book;

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use book::Server;
use small_book::{CHAPTER, SmallBook};

/// Asks for an address, and returns all that comes back.
#[track_caller]
fn ask(server: &mut Server, request: &str) -> String {
    let mut browser =
        TcpStream::connect((Ipv4Addr::LOCALHOST, server.port())).unwrap();
    write!(browser, "{request} HTTP/1.0\r\n\r\n").unwrap();
    server.answer().unwrap();
    let mut reply = String::new();
    browser.read_to_string(&mut reply).unwrap();
    reply
}

#[track_caller]
fn replies(server: &mut Server, request: &str, status: u16, words: &str) {
    let reply = ask(server, request);
    assert!(reply.starts_with(&format!("HTTP/1.0 {status} ")), "{request}: {reply}");
    assert!(reply.contains(words), "{request}: {reply}");
}

#[test]
fn pages_are_served_with_what_belongs_to_them() {
    let book = SmallBook::new();
    let mut server = Server::open(book.press(), 0).unwrap();
    replies(&mut server, "GET /", 200, "The postman");
    replies(
        &mut server,
        "GET /04-postbox.html?x=1",
        200,
        "text/html; charset=utf-8",
    );
    replies(&mut server, "GET /04%2Dpostbox.html", 200, "The postman");
    replies(&mut server, "GET /css/print.css", 404, "");
    let css =
        fs::read_dir(book.path("book/html/css")).unwrap().next().unwrap().unwrap();
    let css = css.file_name().into_string().unwrap();
    replies(&mut server, &format!("GET /css/{css}"), 200, "text/css; charset=utf-8");
    replies(&mut server, "GET /nowhere.html", 404, "text/html; charset=utf-8");
    let reply = ask(&mut server, "HEAD /04-postbox.html");
    assert!(reply.ends_with("\r\n\r\n"), "a HEAD has no body: {reply}");
    replies(&mut server, "POST /", 405, "a book can only be read");
}

#[test]
fn nothing_outside_the_books_folder_is_sent() {
    let book = SmallBook::new().with("secret.txt", "the secret");
    let mut server = Server::open(book.press(), 0).unwrap();
    replies(&mut server, "GET /", 200, "");
    #[cfg(unix)]
    {
        let link = book.path("book/html/link.txt");
        std::os::unix::fs::symlink(book.path("secret.txt"), link).unwrap();
        replies(&mut server, "GET /link.txt", 404, "");
    }
    for address in [
        "/../../secret.txt",
        "/css/../../../secret.txt",
        "/%2e%2e/%2e%2e/secret.txt",
        "/..%2f..%2fsecret.txt",
        "/..%5c..%5csecret.txt",
        "/%00",
        "/%zz",
    ] {
        let reply = ask(&mut server, &format!("GET {address}"));
        assert!(reply.starts_with("HTTP/1.0 400 "), "{address}: {reply}");
        assert!(!reply.contains("the secret"), "{address}");
    }
}

#[test]
fn a_page_is_built_again_when_something_that_it_shows_has_changed() {
    let chapter = "# The postman\n\n{{#listing src/lib.rs Postman}}\n";
    let book = SmallBook::new()
        .with("src/lib.rs", "struct Postman;\n")
        .with_chapter(chapter);
    let mut server = Server::open(book.press(), 0).unwrap();
    replies(&mut server, "GET /04-postbox.html", 200, "struct Postman;");
    book.write("src/lib.rs", "struct Postman { bag: usize }\n");
    replies(&mut server, "GET /04-postbox.html", 200, "bag: usize");
    book.write(CHAPTER, &format!("{chapter}\nAnd more.\n"));
    replies(&mut server, "GET /04-postbox.html", 200, "And more.");

    let page = fs::metadata(book.path("book/html/04-postbox.html")).unwrap();
    replies(&mut server, "GET /04-postbox.html", 200, "And more.");
    let same = fs::metadata(book.path("book/html/04-postbox.html")).unwrap();
    assert_eq!(
        page.modified().unwrap(),
        same.modified().unwrap(),
        "it was built again"
    );
}

#[test]
fn a_book_that_cannot_be_built_is_a_page_that_says_why_until_it_is_mended() {
    let book = SmallBook::new().with_chapter("{{#listing src/lib.rs Vec<u8>}}\n");
    let mut server = Server::open(book.press(), 0).unwrap();
    let sentence = "book/chapters/04-postbox.md:1: {{#listing src/lib.rs Vec&lt;u8&gt;}}: \
                    there is no file `src/lib.rs`";
    replies(&mut server, "GET /", 500, sentence);
    replies(&mut server, "GET /04-postbox.html", 500, sentence);
    book.write("src/lib.rs", "struct Postman;\n");
    replies(&mut server, "GET /", 500, "has no item `Vec&lt;u8&gt;`");
    book.write(CHAPTER, "# Mended\n");
    replies(&mut server, "GET /", 200, "Mended");
}

#[test]
fn a_port_that_is_taken_is_passed_over() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let server = Server::open(SmallBook::new().press(), port).unwrap();
    assert!(server.port() > port, "{} is not after {port}", server.port());
}
