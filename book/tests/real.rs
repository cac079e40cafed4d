//! # The real book
//!
//! Builds the book that readers get, into a folder of its own, and looks at it in a
//! browser, if there is one: whether it fits a phone, a desk and a sheet of paper, and
//! whether it can be read without a mouse.

use std::fs;
use std::path::Path;
use std::process::Command;

use book::Press;
use tempfile::TempDir;

/// Builds the book that lies in this checkout.
#[track_caller]
fn build() -> TempDir {
    let folder = TempDir::new().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let printed = Press::at(root).into_folder(folder.path()).print();
    printed.unwrap_or_else(|problems| panic!("{problems}"));
    folder
}

/// The names of the chapters' pages.
fn pages(folder: &Path) -> Vec<String> {
    let made = ["404.html", "index.html", "print.html", "toc.html"];
    let files = fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .filter(|name| name.ends_with(".html") && !made.contains(&name.as_str()))
        .collect();
    names.sort();
    names
}

/// Opens a page, and returns what the browser made of it; nothing, if there is no
/// browser on this machine.
#[track_caller]
fn browse(page: &Path, wishes: &[&str]) -> Option<String> {
    let known = ["chromium", "chromium-browser", "google-chrome"];
    let found = known.iter().find(|name| {
        Command::new(name)
            .arg("--version")
            .output()
            .is_ok_and(|it| it.status.success())
    });
    let Some(browser) = found else {
        println!("skipped: none of {known:?} is installed");
        return None;
    };
    let profile = TempDir::new().unwrap();
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"])
        .args([
            "--no-first-run",
            "--disable-background-networking",
            "--disable-sync",
        ])
        .args(["--disable-component-update", "--hide-scrollbars"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(wishes)
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_book_is_built_without_a_warning() {
    let folder = build();
    let pages = pages(folder.path());
    assert!(pages.contains(&String::from("before.html")), "{pages:?}");
    for page in pages.iter().map(String::as_str).chain(["print.html"]) {
        let html = fs::read_to_string(folder.path().join(page)).unwrap();
        assert!(!html.contains("{{#"), "{page} shows a directive");
        assert!(!html.contains("src=\"http"), "{page} fetches something");
    }
}

#[test]
fn the_pages_fit_a_phone_a_desk_and_a_sheet_of_paper() {
    let folder = build();
    let list = format!("{:?}", pages(folder.path()));
    let probe = folder.path().join("probe.html");
    fs::write(&probe, include_str!("probe.html").replace("PAGES", &list)).unwrap();
    let wishes = [
        "--dump-dom",
        "--allow-file-access-from-files",
        // Runs the clock on until nothing is left to be loaded.
        "--virtual-time-budget=100000",
    ];
    let Some(dom) = browse(&probe, &wishes) else { return };
    let (_, found) = dom.split_once("<pre id=\"found\">").unwrap();
    let (found, _) = found.split_once("</pre>").unwrap();
    assert_eq!(found, "measured");
}

/// Without it a page shows its contents in a frame, which has to lead everywhere.
#[test]
fn every_page_can_be_found_without_javascript() {
    let folder = build();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let contents = read("toc.html");
    for page in pages(folder.path()) {
        assert!(
            contents.contains(&format!("href=\"{page}\"")),
            "{page} is not in it"
        );
        let html = read(&page);
        let (_, frame) = html.split_once("<noscript>").unwrap();
        let (frame, _) = frame.split_once("</noscript>").unwrap();
        assert!(frame.contains("src=\"toc.html\""), "{page} has {frame}");
    }
}

#[test]
fn a_picture_can_be_taken_of_a_page() {
    let folder = build();
    let picture = folder.path().join("before.png");
    let wishes =
        [&format!("--screenshot={}", picture.display()), "--window-size=1280,1000"];
    let page = folder.path().join("before.html");
    if browse(&page, &wishes).is_some() {
        let png = fs::read(picture).unwrap();
        assert!(png.starts_with(b"\x89PNG") && png.len() > 50_000, "{}", png.len());
    }
}
