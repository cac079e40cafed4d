//! # Tests of the servers among the examples
//!
//! Servers as programs of their own, with peers that nobody here wrote, and with less than
//! they need. What a peer waits for comes, or the connection ends; nobody waits for time to
//! pass.

#![cfg(unix)]

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{self, Child, ChildStdout, Command, Stdio};

/// A server that runs.
struct Server {
    program: Child,
    address: String,
}

impl Server {
    /// Starts an example that may have no more than so many descriptors.
    fn start(example: &str, descriptors: u32) -> Self {
        Self::start_with(example, descriptors, &[])
    }

    /// Starts an example with more words after the address.
    fn start_with(example: &str, descriptors: u32, words: &[&str]) -> Self {
        let path = self::example(example);
        let limited =
            format!("ulimit -n {descriptors}; exec \"$0\" 127.0.0.1:0 \"$@\"");
        let mut program = Command::new("sh")
            .args(["-c", &limited])
            .arg(&path)
            .args(words)
            .env_remove("AXON_TRACE")
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = program.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening at ");
        let address = address.expect("`cargo test -p axon` builds it").to_string();
        Self { program, address }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    /// Lets its input end. Returns whether it ended well, and what it complained of.
    fn end(mut self) -> (bool, String) {
        drop(self.program.stdin.take());
        let mut complaint = String::new();
        let mut stderr = self.program.stderr.take().unwrap();
        stderr.read_to_string(&mut complaint).unwrap();
        (self.program.wait().unwrap().success(), complaint)
    }
}

/// A program that talks to a server: what it is told it says there, and what it hears it
/// prints.
struct Caller {
    program: Child,
    prints: BufReader<ChildStdout>,
}

impl Caller {
    /// Starts one, if there is such a program.
    fn start(program: impl AsRef<OsStr>, words: &[&str]) -> Option<Self> {
        let mut program = Command::new(program)
            .args(words)
            .env_remove("AXON_TRACE")
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .ok()?;
        let prints = BufReader::new(program.stdout.take().unwrap());
        Some(Self { program, prints })
    }

    fn say(&mut self, what: &str) {
        let keyboard = self.program.stdin.as_mut().unwrap();
        keyboard.write_all(what.as_bytes()).unwrap();
    }

    fn hear(&mut self) -> String {
        let mut line = String::new();
        self.prints.read_line(&mut line).unwrap();
        line
    }

    /// Lets its input end. Returns what it prints until it ends.
    fn hear_out(&mut self) -> String {
        drop(self.program.stdin.take());
        let mut rest = String::new();
        self.prints.read_to_string(&mut rest).unwrap();
        rest
    }
}

/// Whoever panics leaves no program behind.
impl Drop for Caller {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Where an example is.
fn example(name: &str) -> PathBuf {
    let this = env::current_exe().unwrap();
    this.ancestors().nth(2).unwrap().join("examples").join(name)
}

/// The callers that nobody here wrote: their program, and what it is told about a server
/// at an address.
fn strangers(address: &str) -> [(&'static str, Vec<String>); 2] {
    let (host, port) = address.rsplit_once(':').unwrap();
    let tcp = format!("TCP:{address}");
    // When there is nothing more to be said, both listen on.
    [
        ("nc", ["-N", host, port].map(String::from).into()),
        ("socat", ["-t", "3600", "-", &tcp].map(String::from).into()),
    ]
}

/// Starts one of the strangers, or says that there is none.
fn stranger((program, words): &(&str, Vec<String>)) -> Option<Caller> {
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let caller = Caller::start(program, &words);
    if caller.is_none() {
        println!("skipped: there is no {program} on this machine");
    }
    caller
}

/// Whoever panics leaves no program behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn ping(stream: &mut TcpStream) {
    stream.write_all(b"hello").unwrap();
    let mut answer = [0; 5];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"hello");
}

#[test]
fn a_server_without_descriptors_serves_those_it_has_and_later_the_others_and_says_so()
 {
    let server = Server::start("echo", 40);
    // More than it can have; the operating system lets the others wait.
    let mut peers: Vec<_> = (0..80).map(|_| server.connect()).collect();
    let (served, waiting) = peers.split_at_mut(20);
    for _ in 0..10 {
        served.iter_mut().for_each(ping);
    }
    // They have asked, and nobody has answered yet.
    waiting.iter_mut().for_each(|peer| peer.write_all(b"hello").unwrap());
    for mut peer in peers.drain(..20) {
        ping(&mut peer);
    }
    // One after the other goes, so one after the other is served.
    for mut peer in peers {
        let mut answer = [0; 5];
        peer.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"hello");
    }
    let address = server.address.clone();
    let (ended_well, complaint) = server.end();
    let begin = format!(
        "Error: `server/listener` failed: cannot accept all connections at {address}, \
         and goes on trying: "
    );
    assert!(!ended_well && complaint.starts_with(&begin), "{complaint}");
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
}

#[test]
fn a_server_that_has_all_it_needs_ends_with_its_input() {
    let server = Server::start("echo", 200);
    let mut peers: Vec<_> = (0..80).map(|_| server.connect()).collect();
    peers.iter_mut().for_each(ping);
    assert_eq!(server.end(), (true, String::new()));
    for mut peer in peers {
        assert_eq!(peer.read(&mut [0]).unwrap(), 0);
    }
}

#[test]
fn curl_gets_a_fortune_although_nobody_reads_what_it_asks() {
    if Command::new("curl").arg("--version").output().is_err() {
        return println!("skipped: there is no curl on this machine");
    }
    let server = Server::start("fortune", 40);
    let mut sayings = Vec::new();
    for _ in 0..4 {
        let output = Command::new("curl")
            .args(["--silent", "--http0.9", "--noproxy", "*", &server.address])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        sayings.push(String::from_utf8(output.stdout).unwrap());
    }
    sayings.sort();
    sayings.dedup();
    assert_eq!(sayings.len(), 4, "{sayings:?}");
    assert_eq!(server.end(), (true, String::new()));
}

#[test]
fn nc_and_socat_have_an_echo_and_a_fortune() {
    let (echo, fortune) = (Server::start("echo", 40), Server::start("fortune", 40));
    for caller in strangers(&echo.address) {
        let Some(mut caller) = stranger(&caller) else { continue };
        caller.say("is anybody there?\n");
        assert_eq!(caller.hear(), "is anybody there?\n");
        // Its last word needs no end, and comes back all the same.
        caller.say("good night");
        assert_eq!(caller.hear_out(), "good night");
    }
    let mut sayings = Vec::new();
    for caller in strangers(&fortune.address) {
        let Some(mut caller) = stranger(&caller) else { continue };
        let saying = caller.hear_out();
        assert_eq!(saying.lines().count(), 1, "{saying}");
        assert!(!sayings.contains(&saying), "{saying}");
        sayings.push(saying);
    }
    assert_eq!(echo.end(), (true, String::new()));
    assert_eq!(fortune.end(), (true, String::new()));
}

#[test]
fn strangers_meet_in_the_chat_one_does_not_read_and_one_vanishes() {
    let chat = Server::start("chat", 40);
    let mut guests: Vec<_> =
        strangers(&chat.address).iter().filter_map(stranger).collect();
    let Some(mut lost) = guests.pop() else { return };
    let Some(mut student) = guests.pop() else { return };
    let talk = chat.connect();
    let teacher = talk.local_addr().unwrap().to_string();
    let mut talk = BufReader::new(talk);
    // It never reads what it hears.
    let _deaf = chat.connect();
    // Each is in when it hears itself.
    for guest in [&mut student, &mut lost] {
        guest.say("hm\n");
        while !guest.hear().ends_with(" says hm\n") {}
    }
    talk.get_ref().write_all(b"hm\n").unwrap();
    let hm = format!("{teacher} says hm\n");
    while student.hear() != hm {}
    while lost.hear() != hm {}
    student.say("is anybody there?\n");
    let heard = lost.hear();
    assert!(heard.ends_with(" says is anybody there?\n"), "{heard}");
    assert_eq!(student.hear(), heard);
    // It goes without a word, with something on its way to it.
    talk.get_ref().write_all(b"stay!\n").unwrap();
    lost.program.kill().unwrap();
    assert_eq!(student.hear(), format!("{teacher} says stay!\n"));
    for line in 0..500 {
        student.say(&format!("line {line}\n"));
        assert!(student.hear().ends_with(&format!(" says line {line}\n")));
    }
    talk.get_ref().write_all(b"good night\n").unwrap();
    let good_night = format!("{teacher} says good night\n");
    assert_eq!(student.hear(), good_night);
    let mut line = String::new();
    while line != good_night {
        line.clear();
        assert_ne!(talk.read_line(&mut line).unwrap(), 0);
    }
    assert_eq!(student.hear_out(), "");
    assert_eq!(chat.end(), (true, String::new()));
}

#[test]
fn a_client_of_the_chat_says_what_is_typed_and_prints_what_is_said() {
    let chat = Server::start("chat", 40);
    let client = || Caller::start(example("chat_client"), &[&chat.address]).unwrap();
    let (mut student, mut teacher) = (client(), client());
    student.say("hm\n");
    let hm = student.hear();
    let name = hm.strip_suffix(" says hm\n").unwrap().to_string();
    // Other words, so that it is not the student whom the teacher hears.
    teacher.say("well\n");
    while !teacher.hear().ends_with(" says well\n") {}
    student.say("is anybody there?\n");
    let asked = format!("{name} says is anybody there?\n");
    while student.hear() != asked {}
    while teacher.hear() != asked {}
    // What is typed last is said before the end.
    student.say("good night");
    assert_eq!(student.hear_out(), format!("{name} says good night\n"));
    assert!(student.program.wait().unwrap().success());
    assert_eq!(teacher.hear(), format!("{name} says good night\n"));
    // The chat ends, and with it a client of whose keyboard nothing comes.
    assert_eq!(chat.end(), (true, String::new()));
    assert_eq!(teacher.hear(), "");
    assert!(teacher.program.wait().unwrap().success());
}

#[test]
fn a_client_of_a_chat_that_is_not_there_says_so() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let room = nobody.to_string();
    let mut client = Caller::start(example("chat_client"), &[&room]).unwrap();
    let mut complaint = String::new();
    let mut stderr = client.program.stderr.take().unwrap();
    stderr.read_to_string(&mut complaint).unwrap();
    let begin = format!(
        "Error: `guest/client` failed: cannot connect to `{room}`: Connection refused"
    );
    assert!(complaint.starts_with(&begin), "{complaint}");
    assert!(!client.program.wait().unwrap().success());
}

#[test]
fn nc_gets_a_file_that_is_streamed_byte_for_byte() {
    if Command::new("nc").arg("-h").output().is_err() {
        return println!("skipped: there is no nc on this machine");
    }
    // Its own source would do, but this is longer, and no text.
    let file = env::current_exe().unwrap();
    let bytes = &fs::read(&file).unwrap()[..300_000];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stream");
    fs::write(&file, bytes).unwrap();
    let words = [file.to_str().unwrap(), "30000000"];
    let server = Server::start_with("stream_server", 60, &words);
    let (host, port) = server.address.split_once(':').unwrap();
    let start = |_| {
        Command::new("nc")
            .args([host, port])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let guests: Vec<Child> = (0..3).map(start).collect();
    for guest in guests {
        let output = guest.wait_with_output().unwrap();
        assert!(output.stdout == bytes, "{} bytes came", output.stdout.len());
    }
    assert_eq!(server.end(), (true, String::new()));
}

/// Two machines with a cable between them, as far as the operating system can pretend.
struct Cable([String; 2]);

/// The addresses of its ends.
const ENDS: [&str; 2] = ["10.99.0.1", "10.99.0.2"];

impl Cable {
    fn lay() -> Option<Self> {
        let machines =
            ["left", "right"].map(|side| format!("axon-{}-{side}", process::id()));
        // Whatever has been made of it is taken away when it is dropped.
        let cable = Self(machines);
        let [left, right] = &cable.0;
        let link = format!(
            "link add end netns {left} type veth peer name end netns {right}"
        );
        let mut steps =
            vec![format!("netns add {left}"), format!("netns add {right}"), link];
        for (machine, address) in cable.0.iter().zip(ENDS) {
            steps.push(format!("-n {machine} addr add {address}/24 dev end"));
            steps.push(format!("-n {machine} link set end up"));
        }
        let is_made = steps.iter().all(|step| ip(step));
        if !is_made {
            println!("skipped: no network namespaces can be made here");
        }
        is_made.then_some(cable)
    }

    /// Starts an example on one of the two.
    fn start(&self, machine: usize, name: &str, words: &[&str]) -> Caller {
        let path = example(name);
        let begin = ["netns", "exec", &self.0[machine], path.to_str().unwrap()];
        Caller::start("ip", &[&begin, words].concat()).unwrap()
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        for machine in &self.0 {
            ip(&format!("netns del {machine}"));
        }
    }
}

fn ip(words: &str) -> bool {
    let output = Command::new("ip").args(words.split(' ')).output();
    output.is_ok_and(|output| output.status.success())
}

#[test]
fn a_file_that_is_multicast_goes_from_one_machine_to_another() {
    let Some(cable) = Cable::lay() else { return };
    let folder = tempfile::tempdir().unwrap();
    let [file, copy] = ["file", "copy"]
        .map(|name| folder.path().join(name).to_str().unwrap().to_string());
    let bytes = &fs::read(env::current_exe().unwrap()).unwrap()[..50_000];
    fs::write(&file, bytes).unwrap();
    let group = "239.255.16.0:1600";
    let mut receiver =
        cable.start(0, "multicast_file", &["receive", &copy, group, ENDS[0]]);
    assert_eq!(receiver.hear(), format!("waiting for a file from {group}\n"));
    let mut sender =
        cable.start(1, "multicast_file", &["send", &file, group, ENDS[1]]);
    assert_eq!(sender.hear_out(), format!("sent {file} to {group}\n"));
    let said = receiver.hear_out();
    assert!(said.starts_with("all 50000 bytes are here, checksum "), "{said}");
    assert!(fs::read(&copy).unwrap() == bytes);
    // From here no way leads to everybody.
    let mut lost = cable.start(0, "multicast_file", &["receive", &copy, group]);
    let mut complaint = String::new();
    let mut stderr = lost.program.stderr.take().unwrap();
    stderr.read_to_string(&mut complaint).unwrap();
    let hint = "say through which interface it is reached\n";
    assert!(complaint.ends_with(hint), "{complaint}");
}

/// Runs a program of others, if it is there: then returns what it printed.
fn ask(program: &str, words: &[&str]) -> Option<Vec<u8>> {
    if Command::new(program).arg("--version").output().is_err() {
        println!("skipped: there is no {program} on this machine");
        return None;
    }
    let output = Command::new(program).args(words).output().unwrap();
    assert!(output.status.success(), "{program} {words:?}: {output:?}");
    Some(output.stdout)
}

/// Asks a server by curl, which is to use no other way than this.
fn curl(words: &[&str]) -> Option<String> {
    let words = [&["--silent", "--noproxy", "*", "--path-as-is"], words].concat();
    ask("curl", &words).map(|said| String::from_utf8_lossy(&said).into_owned())
}

/// A folder with a page, something large, and a way out of it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let large = (0..=250).collect::<Vec<u8>>().repeat(80_000);
    fs::write(folder.path().join("large.bin"), large).unwrap();
    fs::create_dir(folder.path().join("tea room")).unwrap();
    fs::write(folder.path().join("tea room/index.html"), "<p>At four.\n").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("out")).unwrap();
    folder
}

#[test]
fn curl_gets_pages_by_one_connection_heads_and_a_file_of_20_megabytes() {
    let folder = folder();
    let server = Server::start_with("http", 40, &[folder.path().to_str().unwrap()]);
    let at = |target: &str| format!("http://{}{target}", server.address);
    let says = "%{http_code} %{num_connects} %{content_type}\\n";
    let Some(said) =
        curl(&["-w", says, &at("/tea%20room/"), &at("/coffee"), &at("/tea%20room")])
    else {
        return;
    };
    assert_eq!(
        said,
        "<p>At four.\n200 1 text/html; charset=utf-8\n\
         There is nothing.\n404 0 text/plain; charset=utf-8\n\
         <p>At four.\n200 0 text/html; charset=utf-8\n"
    );
    let head = curl(&["--head", &at("/large.bin")]).unwrap();
    let is_date =
        |line: &str| line.starts_with("Date: ") && line.ends_with(" GMT\r\n");
    let (dates, others): (Vec<_>, Vec<_>) =
        head.split_inclusive('\n').partition(|line| is_date(line));
    assert_eq!(dates.len(), 1, "{head}");
    assert_eq!(
        others.concat(),
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\
         Content-Length: 20080000\r\n\r\n"
    );
    let large =
        ask("curl", &["--silent", "--noproxy", "*", &at("/large.bin")]).unwrap();
    assert!(large == fs::read(folder.path().join("large.bin")).unwrap());
    // All of an address may be asked for, although it is no proxy.
    let whole = ["--request-target", &at("/tea%20room/?milk"), &at("/")];
    assert_eq!(curl(&whole).unwrap(), "<p>At four.\n");
    for (method, status) in [("POST", 405), ("BREW", 501)] {
        let refused = curl(&["-w", "%{http_code}", "-X", method, &at("/large.bin")]);
        assert_eq!(refused.unwrap(), format!("Only GET and HEAD.\n{status}"));
    }
    assert_eq!(server.end(), (true, String::new()));
}

#[test]
fn no_way_leads_out_of_the_folder_that_is_served() {
    let folder = folder();
    let server = Server::start_with("http", 40, &[folder.path().to_str().unwrap()]);
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    for target in [
        "/out",
        "/../../../../../../etc/passwd",
        "/%2e%2e/%2E%2e/%2e%2e/etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/tea room/../out",
        &format!("/../{name}/large.bin"),
        "/tea%20room%00",
        "/%",
        "/%zz",
    ] {
        let mut peer = server.connect();
        let asked = format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        peer.write_all(asked.replace("tea room", "tea%20room").as_bytes()).unwrap();
        let mut line = String::new();
        BufReader::new(&peer).read_line(&mut line).unwrap();
        assert_eq!(line, "HTTP/1.1 404 Not Found\r\n", "{target}");
    }
    assert_eq!(server.end(), (true, String::new()));
}

#[test]
fn wrk_is_answered_by_every_connection_it_has() {
    let folder = folder();
    let server = Server::start_with("http", 100, &[folder.path().to_str().unwrap()]);
    let at = format!("http://{}/tea%20room/", server.address);
    if Command::new("wrk").arg("--version").output().is_err() {
        return println!("skipped: there is no wrk on this machine");
    }
    let output =
        Command::new("wrk").args(["-t1", "-c16", "-d1s", &at]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(" requests in "), "{said}");
    assert!(!said.contains("Non-2xx") && !said.contains("Socket errors"), "{said}");
    assert_eq!(server.end(), (true, String::new()));
}

#[test]
fn who_is_wrong_is_named_at_once_and_the_others_are_served() {
    let folder = folder();
    let mut server =
        Server::start_with("http", 200, &[folder.path().to_str().unwrap()]);
    let mut complaints = BufReader::new(server.program.stderr.take().unwrap());
    // They have begun, and never come to an end.
    let slow: Vec<_> = (0..100).map(|_| server.connect()).collect();
    for mut peer in &slow {
        peer.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
    }
    for _ in 0..3 {
        let mut wrong = server.connect();
        wrong.write_all(b"EHLO teacher\r\n").unwrap();
        let mut answer = String::new();
        wrong.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
        let mut complaint = String::new();
        complaints.read_line(&mut complaint).unwrap();
        let name = wrong.local_addr().unwrap();
        let why = format!("what {name} sent is wrong: a head that is no HTTP");
        assert!(complaint.contains(&why), "{complaint}");

        let mut good = server.connect();
        good.write_all(b"GET /tea%20room/ HTTP/1.0\r\n\r\n").unwrap();
        answer.clear();
        good.read_to_string(&mut answer).unwrap();
        assert!(answer.ends_with("\r\n\r\n<p>At four.\n"), "{answer}");
    }
    drop(server.program.stdin.take());
    assert!(server.program.wait().unwrap().success());
}

#[test]
fn curl_gets_by_a_proxy_what_it_gets_without_and_is_told_of_who_is_not_there() {
    let folder = folder();
    let origin = Server::start_with("http", 60, &[folder.path().to_str().unwrap()]);
    let mut proxy = Server::start("proxy", 60);
    let at = |target: &str| format!("http://{}{target}", origin.address);
    let by = ["--proxy", &proxy.address];
    let by_tunnel = ["--proxytunnel", "--proxy", &proxy.address];
    let says = "%{http_code} %{num_connects}\\n";
    let pages = [&at("/tea%20room/"), &at("/coffee"), "-w", says];
    let ask = |words: &[&str]| {
        let words = [&["--silent", "--noproxy", ""], words].concat();
        Command::new("curl").args(words).output().map(|output| output.stdout)
    };
    let Ok(said) = ask(&[&by[..], &pages].concat()) else {
        return println!("skipped: there is no curl on this machine");
    };
    let said = String::from_utf8(said).unwrap();
    assert_eq!(said, "<p>At four.\n200 1\nThere is nothing.\n404 0\n");
    let large = fs::read(folder.path().join("large.bin")).unwrap();
    assert!(ask(&[&by[..], &[&at("/large.bin")]].concat()).unwrap() == large);
    assert!(ask(&[&by_tunnel[..], &[&at("/large.bin")]].concat()).unwrap() == large);
    let head = ask(&[&by[..], &["--head", &at("/large.bin")]].concat()).unwrap();
    let head = String::from_utf8(head).unwrap();
    assert!(head.contains("\r\nContent-Length: 20080000\r\n"), "{head}");

    // Nobody listens where somebody has just ceased to.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let said = ask(&[&by[..], &[&format!("http://{nobody}/")]].concat()).unwrap();
    assert_eq!(said, b"Who was to be asked does not answer.\n");
    let mut by_hand = proxy.connect();
    let page = at("/tea%20room/").replace("http", "HTTP");
    write!(by_hand, "GET {page} HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    by_hand.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("\r\n\r\n<p>At four.\n"), "{answer}");
    let mut by_hand = proxy.connect();
    write!(by_hand, "CONNECT {nobody} HTTP/1.1\r\nHost: {nobody}\r\n\r\n").unwrap();
    let mut answer = String::new();
    by_hand.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 502 Bad Gateway\r\n"), "{answer}");
    let mut complaint = String::new();
    let mut complaints = BufReader::new(proxy.program.stderr.take().unwrap());
    complaints.read_line(&mut complaint).unwrap();
    let why = format!("cannot connect to `{nobody}`: ");
    assert!(complaint.contains(&why), "{complaint}");
    drop(proxy.program.stdin.take());
    assert!(proxy.program.wait().unwrap().success());
    assert_eq!(origin.end(), (true, String::new()));
}

#[test]
fn a_load_of_clients_is_served_and_ends() {
    let folder = folder();
    let server = Server::start_with("http", 200, &[folder.path().to_str().unwrap()]);
    let load = |address: &str| {
        let this = env::current_exe().unwrap();
        let path = this.ancestors().nth(2).unwrap().join("examples/load");
        Command::new(path).args([address, "50", "501"]).output().unwrap()
    };
    let output = load(&format!("http://{}/tea%20room/", server.address));
    let said = String::from_utf8(output.stdout).unwrap();
    let mut lines = said.lines();
    assert_eq!(
        lines.next(),
        Some("501 answers to 50 clients, 6012 bytes"),
        "{said}"
    );
    assert_eq!(lines.next(), Some("501 times 200 OK"), "{said}");
    assert!(lines.next().unwrap().ends_with(" a second"), "{said}");
    assert!(output.status.success());

    let address = server.address.clone();
    assert_eq!(server.end(), (true, String::new()));
    let output = load(&format!("http://{address}/"));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(
        complaint.contains(&format!("cannot connect to `{address}`")),
        "{complaint}"
    );
    assert!(
        !output.status.success() && complaint.lines().count() == 2,
        "{complaint}"
    );
}
