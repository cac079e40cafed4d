//! # Press
//!
//! Builds small books, and refuses those that differ from the course's manifest, lead
//! nowhere, or make mdBook warn. The last tests speak with the program itself.

mod small_book;

use std::env;
use std::fs;
use std::process::Command;

use small_book::SmallBook;

#[track_caller]
fn is_refused(book: &SmallBook, sentences: &str) {
    match book.print() {
        Ok(_) => panic!("it is built, but ought to say\n{sentences}"),
        Err(problems) => assert_eq!(problems.to_string(), sentences),
    }
}

/// A second chapter for the manifest.
const SECOND: &str = "
[[chapter]]
id = \"glossary\"
part = \"Appendices\"
title = \"Glossary\"
minutes = 5
";

#[track_caller]
fn of_two_chapters() -> SmallBook {
    let book = SmallBook::new();
    let manifest = fs::read_to_string(book.path("exercises/course.toml")).unwrap();
    book.with("exercises/course.toml", &(manifest + SECOND))
        .with("book/chapters/glossary.md", "# Glossary\n\n## Postman\n")
        .with_summary()
}

#[test]
fn the_book_has_the_manifests_chapters_in_the_manifests_order() {
    let book = of_two_chapters();
    let summary = fs::read_to_string(book.path("book/chapters/SUMMARY.md")).unwrap();
    insta::assert_snapshot!(summary, @r"
    # Summary

    # Part one

    - [04 The postman](04-postbox.md)

    # Appendices

    - [Glossary](glossary.md)
    ");
    assert_eq!(book.print().unwrap().announced, [""; 0]);
    assert!(book.path("book/html/glossary.html").is_file());
}

#[test]
fn a_chapter_that_is_not_written_is_announced_and_leads_nowhere() {
    let book = of_two_chapters().without("book/chapters/glossary.md").with_summary();
    assert_eq!(book.print().unwrap().announced, ["Glossary"]);
    assert!(!book.path("book/html/glossary.html").exists());
}

#[test]
fn a_table_of_contents_that_differs_is_refused() {
    let expected = "the table of contents differs from exercises/course.toml; `cargo \
                    book summary` writes this one:\n\n# Summary\n\n# Part one\n\n\
                    - [04 The postman](04-postbox.md)\n";
    let elsewhere = "# Summary\n\n# Part one\n\n- [Postman](04-postbox.md)\n";
    is_refused(
        &SmallBook::new().with("book/chapters/SUMMARY.md", elsewhere),
        &format!("book/chapters/SUMMARY.md:5: {expected}"),
    );
    is_refused(
        &SmallBook::new().without("book/chapters/SUMMARY.md"),
        &format!("book/chapters/SUMMARY.md:1: {expected}"),
    );
}

#[test]
fn a_chapter_that_stands_in_no_table_is_refused() {
    is_refused(
        &SmallBook::new().with("book/chapters/draft.md", "# Draft\n"),
        "book/chapters/draft.md: exercises/course.toml does not announce this chapter",
    );
}

#[test]
fn a_manifest_that_cannot_be_read_is_refused() {
    is_refused(
        &SmallBook::new().without("exercises/course.toml"),
        "exercises/course.toml: there is no file `exercises/course.toml`",
    );
    let broken =
        SmallBook::new().with("exercises/course.toml", "[[chapter]]\nid = 4\n");
    let problems = broken.print().unwrap_err().to_string();
    let sentence = "invalid type: integer `4`, expected a string";
    assert!(problems.contains(sentence), "{problems}");
}

#[test]
fn what_is_wrong_with_a_chapter_is_said_with_its_file_and_line() {
    is_refused(
        &SmallBook::new().with_chapter("# The postman\n\n{{#quiz 04}}\n"),
        "book/chapters/04-postbox.md:3: {{#quiz 04}}: there is no file \
         `book/quizzes/04.toml`; the nearest is `book/book.toml`",
    );
}

#[test]
fn a_link_that_leads_nowhere_is_refused() {
    let with_link = |link: &str| {
        of_two_chapters()
            .with_chapter(&format!("# The postman\n\n[there]({link})\n"))
    };
    for link in [
        "glossary.md",
        "glossary.md#postman",
        "#the-postman",
        "https://example.org/#x",
    ] {
        assert_eq!(with_link(link).print().err(), None, "for {link}");
    }
    for (link, sentence) in [
        (
            "glosary.md",
            "the link `glosary.html` leads to no file; the nearest is `glossary.html`",
        ),
        (
            "glossary.md#postmann",
            "the link `glossary.html#postmann` leads to no place on `glossary.html`; \
             the nearest is `postman`",
        ),
        (
            "#postman",
            "the link `#postman` leads to no place on `04-postbox.html`; the nearest \
             is `the-postman`",
        ),
        ("../secret.txt", "the link `../secret.txt` leads out of the book"),
    ] {
        let sentence = format!("book/chapters/04-postbox.md: {sentence}");
        is_refused(&with_link(link), &sentence);
    }
}

#[test]
fn a_page_fetches_nothing_from_the_net() {
    let book = SmallBook::new()
        .with_chapter("# The postman\n\n![a postman](https://example.org/x.png)\n");
    let problems = book.print().unwrap_err().to_string();
    let sentence = "book/chapters/04-postbox.md: `https://example.org/x.png` would be \
                    fetched from the net";
    assert!(problems.contains(sentence), "{problems}");
}

#[test]
fn whatever_mdbook_warns_of_stops_the_build() {
    let book =
        SmallBook::new().with_chapter("# The postman\n\nA Vec<u8> of letters.\n");
    let problems = book.print().unwrap_err().to_string();
    assert!(problems.contains("unclosed HTML tag `<u8>`"), "{problems}");
}

/// What the stock `mdbook` does, with the program that it starts.
#[test]
fn the_program_expands_the_pages_for_the_stock_mdbook() {
    let program = env!("CARGO_BIN_EXE_book");
    let settings =
        fs::read_to_string(SmallBook::new().path("book/book.toml")).unwrap();
    let command =
        format!("preprocessor.strict.command = '\"{program}\" preprocess'\n");
    let book = SmallBook::new()
        .with("book/book.toml", &(settings + &command))
        .with_chapter("# The postman\n\n{{#minutes 04-postbox}}\n");
    let stock = mdbook_driver::MDBook::load(book.path("book")).unwrap();
    stock.build().unwrap();
    let page = fs::read_to_string(book.path("book/book/04-postbox.html")).unwrap();
    assert!(page.contains("<p>About 50 minutes</p>"), "{page}");

    let book = book.with_chapter("# The postman\n\n{{#minutes 05-system}}\n");
    let stock = mdbook_driver::MDBook::load(book.path("book")).unwrap();
    let error = format!("{:#}", stock.build().unwrap_err());
    assert!(error.contains("exited unsuccessfully"), "{error}");
}

#[test]
fn the_program_suggests_the_command_that_was_meant() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_book")).arg("biuld").output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("'build'"), "{error}");
}
