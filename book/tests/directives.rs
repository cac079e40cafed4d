//! # Directives
//!
//! What each directive shows, and the sentence with which it refuses to show nothing. A
//! sentence is held in full: whoever mends a chapter has nothing else to go by.

mod small_book;

use small_book::SmallBook;

/// A source in which everything is found that can be named.
const SOURCE: &str = r#"//! A source.

/// A number.
pub const LIMIT: usize = 3;

/// A queue.
pub type Queue = Vec<String>;

/// Takes turns.
pub struct Scheduler {
    /// Who is there.
    pub queue: Queue,
}

impl Scheduler {
    /// Gives turns.
    ///
    /// ```
    /// let never = "run";
    /// ```
    #[must_use]
    pub fn run(&self) -> usize {
        // The string below starts at the margin.
        let text = "
# not a hidden line
## neither";
        text.len()
    }

    fn stop(&self) {}
}

impl Drop for Scheduler {
    fn drop(&mut self) {}
}

/// Can be woken.
pub trait Wake {
    /// Wakes.
    fn wake(&self);
}

mod net {
    pub struct Socket;

    impl Socket {
        pub fn close(self) {}
    }
}

macro_rules! boxes {
    () => {};
}

struct Left(u8);
struct Right(u8);

impl From<u8> for Left {
    fn from(n: u8) -> Self {
        Self(n)
    }
}

impl From<Right> for Left {
    fn from(n: Right) -> Self {
        Self(n.0)
    }
}
"#;

const SNAPSHOT: &str = "---\nsource: tests/steps.rs\ndescription: cargo run --example \
                        04-postbox\n---\none\n  two\n\nfour\n";

fn book() -> SmallBook {
    SmallBook::new()
        .with("src/lib.rs", SOURCE)
        .with("steps.snap", SNAPSHOT)
        .with("book/quizzes/04.toml", QUIZ)
}

/// What a listing shows, without the path above it and the fence around it.
#[track_caller]
fn listing(arguments: &str) -> String {
    let shown =
        book().accepts(&format!("{{{{#listing src/lib.rs {arguments}}}}}\n"));
    let path = "<div class=\"listing-path\">src/lib.rs</div>\n\n";
    let fenced = shown.strip_prefix(path).unwrap().trim_end();
    let (first, rest) = fenced.split_once("rust\n").unwrap();
    rest.strip_suffix(first).unwrap().to_string()
}

#[test]
fn an_item_is_shown_with_its_documentation() {
    insta::assert_snapshot!(listing("Scheduler"), @r"
    /// Takes turns.
    pub struct Scheduler {
        /// Who is there.
        pub queue: Queue,
    }
    ");
    insta::assert_snapshot!(listing("LIMIT"), @r"
    /// A number.
    pub const LIMIT: usize = 3;
    ");
}

#[test]
fn a_method_is_shown_at_the_left_margin_and_alone() {
    insta::assert_snapshot!(listing("Scheduler::stop"), @"fn stop(&self) {}");
    insta::assert_snapshot!(listing("net::Socket::close"), @"pub fn close(self) {}");
    insta::assert_snapshot!(listing("Wake::wake"), @r"
    /// Wakes.
    fn wake(&self);
    ");
}

#[test]
fn several_items_are_shown_with_an_empty_line_between_them() {
    insta::assert_snapshot!(listing("Queue, Scheduler::drop,  boxes"), @r"
    /// A queue.
    pub type Queue = Vec<String>;

    fn drop(&mut self) {}

    macro_rules! boxes {
        () => {};
    }
    ");
}

#[test]
fn an_impl_block_is_shown_whole() {
    insta::assert_snapshot!(listing("impl Drop for Scheduler"), @r"
    impl Drop for Scheduler {
        fn drop(&mut self) {}
    }
    ");
    let both = listing("impl From for Left");
    assert_eq!(both.matches("impl From<").count(), 2, "{both}");
}

#[test]
fn code_leaves_the_documentation_out_and_nothing_else() {
    insta::assert_snapshot!(listing("Scheduler, LIMIT code"), @r"
    pub struct Scheduler {
        pub queue: Queue,
    }

    pub const LIMIT: usize = 3;
    ");
    assert!(listing("Scheduler::run code").contains("// The string below"));
}

/// mdBook hides lines that start with `#`, and a fence ends at a fence.
#[test]
fn a_listing_looks_on_the_page_exactly_as_in_the_source() {
    let book = book().with_chapter("# The postman\n\n{{#program src/lib.rs}}\n");
    let page = book.page();
    let (_, code) = page.split_once("<code class=\"language-rust\">").unwrap();
    let (code, _) = code.split_once("</code>").unwrap();
    assert!(!code.contains('<'), "something is marked up in {code}");
    let shown = code
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    assert_eq!(shown.trim_end(), SOURCE.trim_end());
}

#[test]
fn a_listing_that_cannot_be_shown_is_refused() {
    let book = book().with("empty.rs", "\n").with("broken.rs", "fn {");
    book.refuses(
        "one\n\n{{#listing src/lib.rs Schduler}}",
        "chapter.md:3: {{#listing src/lib.rs Schduler}}: `src/lib.rs` has no item \
         `Schduler`; the nearest is `Scheduler`",
    );
    book.refuses(
        "{{#listing src/lib.rs Scheduler::rum}}",
        "chapter.md:1: {{#listing src/lib.rs Scheduler::rum}}: `src/lib.rs` has no item \
         `Scheduler::rum`; the nearest is `Scheduler::run`",
    );
    book.refuses(
        "{{#listing src/lib.rs Left::from}}",
        "chapter.md:1: {{#listing src/lib.rs Left::from}}: `src/lib.rs` has 2 items \
         `Left::from`, in lines 59 and 65; name the impl block instead",
    );
    book.refuses(
        "{{#listing src/lib.rs}}",
        "chapter.md:1: {{#listing src/lib.rs}}: expected a path and the name of an \
         item, found `src/lib.rs`; {{#program …}} shows a whole file",
    );
    book.refuses(
        "{{#listing src/lab.rs Queue}}",
        "chapter.md:1: {{#listing src/lab.rs Queue}}: there is no file `src/lab.rs`; \
         the nearest is `src/lib.rs`",
    );
    book.refuses(
        "{{#listing src Queue}}",
        "chapter.md:1: {{#listing src Queue}}: `src` is a folder; a file was expected",
    );
    book.refuses(
        "{{#program ../outside.rs}}",
        "chapter.md:1: {{#program ../outside.rs}}: `../outside.rs` leads out of the \
         repository; paths start at its root",
    );
    book.refuses(
        "{{#program /etc/passwd}}",
        "chapter.md:1: {{#program /etc/passwd}}: `/etc/passwd` leads out of the \
         repository; paths start at its root",
    );
    book.refuses(
        "{{#program empty.rs}}",
        "chapter.md:1: {{#program empty.rs}}: `empty.rs` is empty",
    );
    book.refuses(
        "{{#listing broken.rs x}}",
        "chapter.md:1: {{#listing broken.rs x}}: `broken.rs` is not Rust that can be \
         parsed: cannot parse string into token stream",
    );
}

#[cfg(unix)]
#[test]
fn a_chapter_shows_nothing_from_outside_the_repository() {
    let outside = tempfile::NamedTempFile::new().unwrap();
    let book = book();
    std::os::unix::fs::symlink(outside.path(), book.path("link.rs")).unwrap();
    book.refuses(
        "{{#program link.rs}}",
        "chapter.md:1: {{#program link.rs}}: `link.rs` is a link that leads out of the \
         repository",
    );
}

#[test]
fn an_output_is_shown_with_the_command_that_gave_it() {
    insta::assert_snapshot!(book().accepts("{{#output steps.snap}}"), @r"
    ```text
    $ cargo run --example 04-postbox
    one
      two

    four
    ```
    ");
}

#[test]
fn an_excerpt_of_an_output_has_both_of_its_ends() {
    insta::assert_snapshot!(book().accepts("{{#output steps.snap 2..4}}"), @r"
    ```text
      two

    four
    ```
    ");
}

#[test]
fn an_output_that_is_not_there_is_refused() {
    let book = book()
        .with("empty.snap", "---\nsource: x\n---\n\n")
        .with("plain.txt", "one\n")
        .with("long.snap", "---\ndescription: |\n  two lines\n---\none\n");
    book.refuses(
        "{{#output step.snap}}",
        "chapter.md:1: {{#output step.snap}}: there is no file `step.snap`; the \
         nearest is `steps.snap`",
    );
    book.refuses(
        "{{#output steps.snap 3..9}}",
        "chapter.md:1: {{#output steps.snap 3..9}}: `steps.snap` has 4 lines; 3..9 \
         were asked for",
    );
    book.refuses(
        "{{#output steps.snap 3..3}}",
        "chapter.md:1: {{#output steps.snap 3..3}}: lines 3..3 of `steps.snap` are \
         empty",
    );
    book.refuses(
        "{{#output steps.snap 0..2}}",
        "chapter.md:1: {{#output steps.snap 0..2}}: expected a range of lines such as \
         `3..9`, found `0..2`",
    );
    book.refuses(
        "{{#output empty.snap}}",
        "chapter.md:1: {{#output empty.snap}}: the snapshot `empty.snap` is empty",
    );
    book.refuses(
        "{{#output plain.txt}}",
        "chapter.md:1: {{#output plain.txt}}: `plain.txt` is not a snapshot: a header \
         between two lines `---` was expected",
    );
    book.refuses(
        "{{#output long.snap}}",
        "chapter.md:1: {{#output long.snap}}: the description of `long.snap` does not \
         stand on one line",
    );
}

#[test]
fn a_figure_is_shown_with_words_for_who_cannot_see_it() {
    let book = book().with(
        "figure.snap",
        "---\ndescription: \"A \\\"tap\\\" & two buckets\"\n---\n┌─tap─┐\n\n<└─────┘>\n",
    );
    insta::assert_snapshot!(book.accepts("{{#figure figure.snap}}"), @r#"
    <pre class="figure" role="img" tabindex="0" aria-label="A &quot;tap&quot; &amp; two buckets">
    ┌─tap─┐

    &lt;└─────┘&gt;
    </pre>
    "#);
}

#[test]
fn a_figure_without_a_description_is_refused() {
    let book = book().with("figure.snap", "---\nsource: x\n---\n┌─tap─┐\n");
    book.refuses(
        "{{#figure figure.snap}}",
        "chapter.md:1: {{#figure figure.snap}}: `figure.snap` has no description; a \
         figure needs one, for readers who cannot see it",
    );
}

const QUIZ: &str = r#"
[[question]]
ask = "What does `send` do?"

[[question.option]]
text = "It puts a `Message` into an outbox."
right = true
why = "and *nothing* else."

[[question.option]]
text = "It wakes the postman."
why = "he comes by himself."
"#;

#[test]
fn a_quiz_is_shown_with_a_reason_for_every_option() {
    insta::assert_snapshot!(book().accepts("{{#quiz 04}}"), @r#"
    ## Questions

    Decide first, then open your answer: each says whether it is right, and why.

    <ol class="quiz">
    <li>
    <p>What does <code>send</code> do?</p>
    <details class="option">
    <summary>It puts a <code>Message</code> into an outbox.</summary>
    <p><strong>Right:</strong> and <em>nothing</em> else.</p>
    </details>
    <details class="option">
    <summary>It wakes the postman.</summary>
    <p><strong>No:</strong> he comes by himself.</p>
    </details>
    </li>
    </ol>
    "#);
}

#[test]
fn a_quiz_says_when_several_options_are_right() {
    let book = book().with(
        "book/quizzes/04.toml",
        &QUIZ
            .replace("why = \"he", "right = true\nwhy = \"he")
            .replace("ask =", "several = true\nask ="),
    );
    let shown = book.accepts("{{#quiz 04}}");
    assert!(shown.contains("<p>Several are right.</p>"), "{shown}");
    assert_eq!(shown.matches("Right:").count(), 2, "{shown}");
}

/// An empty line would end the block of HTML, and the rest of it would be Markdown.
#[test]
fn a_question_may_show_what_somebody_printed() {
    let ask = "ask = \"\"\"\nWhy?\n\n```text\none\n\n  two\n```\n\"\"\"";
    let quiz = QUIZ.replace("ask = \"What does `send` do?\"", ask);
    let page = book()
        .with("book/quizzes/04.toml", &quiz)
        .with_chapter("# The postman\n\n{{#quiz 04}}\n")
        .page();
    let shown = "<code class=\"language-text\">one\n\n  two\n</code>";
    assert!(page.contains(shown), "{page}");
}

#[test]
fn a_quiz_that_cannot_be_right_is_refused() {
    let right = "[[question.option]]\ntext = \"a\"\nright = true\nwhy = \"x\"\n";
    let wrong = "[[question.option]]\ntext = \"b\"\nwhy = \"x\"\n";
    let with = |old, new: &str| wrong.replace(old, new);
    for (options, sentence) in [
        (right.to_string(), "needs at least 2 options, and has 1"),
        (with("", "") + &with("\"b\"", "\"c\""), "has no right option"),
        (
            right.to_string() + &right.replace("\"a\"", "\"c\""),
            "has more than one right option; say `several = true` if that is meant",
        ),
        (right.to_string() + wrong + wrong, "has the option \"b\" twice"),
        (
            right.to_string() + &with("\"x\"", "\" \""),
            "gives no reason for the option \"b\"",
        ),
        (right.to_string() + &with("\"b\"", "\"\""), "has an option without text"),
        (
            right.to_string() + &with("\"x\"", "\"one\\n\\ntwo\""),
            "has an option or a reason that is not one paragraph: \"one\n\ntwo\"",
        ),
        (
            right.to_string() + &with("\"b\"", "\"a Vec<u8>\""),
            "contains the tag <u8>; code stands in backticks",
        ),
        (
            "several = true\n".to_string() + right + wrong,
            "says `several = true`, and has one right option",
        ),
    ] {
        quiz_is_refused(
            &format!("[[question]]\nask = \"Why?\"\n{options}"),
            &format!("question 1 of `book/quizzes/05.toml` {sentence}"),
        );
    }
    quiz_is_refused("", "`book/quizzes/05.toml` asks no question");
    let rust = "[[question]]\nask = \"```rust\\nfn x() {}\\n```\"\n";
    quiz_is_refused(
        &(rust.to_string() + right + wrong),
        "question 1 of `book/quizzes/05.toml` shows a block of code; only ```text \
         blocks are allowed in a quiz",
    );
}

#[track_caller]
fn quiz_is_refused(quiz: &str, sentence: &str) {
    let sentence = format!("chapter.md:1: {{{{#quiz 05}}}}: {sentence}");
    book().with("book/quizzes/05.toml", quiz).refuses("{{#quiz 05}}", &sentence);
}

#[test]
fn a_misspelt_key_in_a_quiz_is_refused() {
    let problems = book()
        .with("book/quizzes/05.toml", &QUIZ.replace("right =", "rihgt ="))
        .expand("{{#quiz 05}}")
        .unwrap_err();
    let sentence = &problems[0].sentence;
    assert!(sentence.contains("unknown field `rihgt`"), "{sentence}");
}

#[test]
fn an_exercise_is_shown_as_the_manifest_has_it() {
    insta::assert_snapshot!(book().accepts("{{#exercise 04-postbox}}"), @r#"
    ## The exercise

    <div class="box exercise">

    **04-postbox: Be the postman.** About 60 minutes, 7 points. Edit `exercises/04-postbox/src/lib.rs`.

    | checkpoint | what it asks | stars | points |
    |---|---|---|---|
    | `c1` | Carry &lt;one&gt; \| letter | <span role="img" aria-label="1 of 3 stars">★</span> | 3 |
    | `c2` | Carry them all | <span role="img" aria-label="3 of 3 stars">★★★</span> | 4 |

    ```console
    $ cargo course check 4
    $ cargo course hint 4
    $ cargo test -p exercise-04-postbox
    ```

    </div>
    "#);
}

#[test]
fn the_minutes_stand_among_words() {
    let book = book();
    let shown = book.accepts("Read it in {{#minutes 04-postbox}}.");
    assert_eq!(shown, "Read it in about 50 minutes.\n");
    let shown =
        book.accepts("{{#minutes 04-postbox}}. Or more. {{#minutes 04-postbox}}.");
    assert_eq!(shown, "About 50 minutes. Or more. About 50 minutes.\n");
}

#[test]
fn what_the_manifest_does_not_know_is_refused() {
    let book = book();
    book.refuses(
        "{{#exercise 04-potsbox}}",
        "chapter.md:1: {{#exercise 04-potsbox}}: exercises/course.toml has no exercise \
         `04-potsbox`; the nearest is `04-postbox`",
    );
    book.refuses(
        "In {{#minutes 4}}.",
        "chapter.md:1: exercises/course.toml has no chapter `4`",
    );
}

#[test]
fn a_box_is_a_frame_around_markdown() {
    let chapter = "# The postman\n\n:::predict\n**Predict.** How *many*?\n\n:::answer\n\
                   - two\n:::\n:::\nAfter.\n";
    let page = book().with_chapter(chapter).page();
    let (_, main) = page.split_once("<main>").unwrap();
    let (main, _) = main.split_once("</main>").unwrap();
    insta::assert_snapshot!(main.trim(), @r##"
    <h1 id="the-postman"><a class="header" href="#the-postman">The postman</a></h1>
    <div class="box predict">
    <p><strong>Predict.</strong> How <em>many</em>?</p>
    <details class="box answer">
    <summary>The answer</summary>
    <ul>
    <li>two</li>
    </ul>
    </details>
    </div>

    <p>After.</p>
    "##);
}

#[test]
fn a_box_that_is_not_in_order_is_refused() {
    let book = book();
    book.refuses(
        ":::predikt\nx\n:::",
        "chapter.md:1: there is no box `:::predikt`; the nearest is `predict`\n\
         chapter.md:3: `:::` closes a box, and none is open",
    );
    book.refuses(
        "one\n:::simple\ntwo",
        "chapter.md:2: the box `:::simple` is never closed by a line `:::`",
    );
}

#[test]
fn a_page_shows_only_code_and_output_that_was_tested() {
    let book = book();
    let rust = "a Rust listing must come from tested source: use {{#listing …}}";
    for fence in
        ["```rust", "~~~~ rust,no_run", "> ```rs", "- ```rust", "1. ```rust"]
    {
        book.refuses(fence, &format!("chapter.md:1: {rust}"));
    }
    book.refuses(
        "```tuml\n```",
        "chapter.md:1: a fence may not be `tuml`, only text, console, toml, json; the \
         nearest is `toml`",
    );
    book.refuses(
        "```\n```",
        "chapter.md:1: a fence names its language: text, console, toml, json",
    );
    book.refuses(
        "one\n\n    two\n",
        "chapter.md:3: this indented line is a block of code; use a fence: text, \
         console, toml, json",
    );
    for fence in ["text", "console", "toml", "json"] {
        let chapter = format!("```{fence}\n:::x\n```\n");
        assert_eq!(book.accepts(&chapter), chapter);
    }
}

#[test]
fn a_directive_that_does_nothing_is_refused() {
    let book = book();
    book.refuses(
        "{{#lisitng src/lib.rs Queue}}",
        "chapter.md:1: {{#lisitng src/lib.rs Queue}}: there is no directive `lisitng`; \
         the nearest is `listing`",
    );
    book.refuses(
        "{{#include src/lib.rs}}",
        "chapter.md:1: {{#include src/lib.rs}}: there is no directive `include`",
    );
    book.refuses(
        "{{#quiz}}",
        "chapter.md:1: {{#quiz}}: it does not say what to show",
    );
    for (line, directive) in [
        ("See {{#program src/lib.rs}}", "{{#program src/lib.rs}}"),
        ("  {{#program src/lib.rs}}", "{{#program src/lib.rs}}"),
        ("{{#quiz 04}} {{#quiz 04}}", "{{#quiz 04}}"),
        ("> {{#quiz 04}}", "{{#quiz 04}}"),
    ] {
        book.refuses(
            line,
            &format!(
                "chapter.md:1: `{directive}` must stand alone on its line and begin it; \
                 only `minutes` may stand among words"
            ),
        );
    }
    book.refuses("{{#quiz 04", "chapter.md:1: `{{#quiz 04` is never closed by `}}`");
    book.refuses(
        "```text\n{{#quiz 04}}\n```",
        "chapter.md:2: nothing is included in a block of code; to show a directive as \
         it is written, put a backslash before it",
    );
}

#[test]
fn a_directive_is_shown_as_it_is_written_behind_a_backslash() {
    let chapter = "Write `\\{{#quiz 04}}`.\n\n```text\n\\{{#quiz 04}}\n```\n";
    assert_eq!(book().accepts(chapter), chapter.replace('\\', ""));
}

/// Else mdBook, or a reader, would take it for one of the chapter's own.
#[test]
fn a_directive_in_what_is_included_is_refused() {
    book().with("x.rs", "// {{#quiz 04}}\nfn x() {}\n").refuses(
        "{{#program x.rs}}",
        "chapter.md:1: {{#program x.rs}}: what it shows contains a directive, `{{#`",
    );
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    book().refuses(
        "{{#quiz 05}}\n\n```rust\n{{#quiz 04}}\n```\n:::\n",
        "chapter.md:1: {{#quiz 05}}: there is no file `book/quizzes/05.toml`; the \
         nearest is `book/quizzes/04.toml`\n\
         chapter.md:3: a Rust listing must come from tested source: use {{#listing …}}\n\
         chapter.md:4: nothing is included in a block of code; to show a directive as \
         it is written, put a backslash before it\n\
         chapter.md:6: `:::` closes a box, and none is open",
    );
}
