//! Every fault, acted out on a real socket.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Options, Running, start};

/// Longer than anything here takes, and short enough to notice that nothing comes.
const SILENCE: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_secs(10);
const EVENT: &str = "/api/DEFAULT/customer/earningRule/photo.shared";

struct Client {
    address: SocketAddr,
    _running: Running,
}

/// A response, or what came of it.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
    is_whole: bool,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

impl Client {
    fn start() -> Self {
        Self::with(None)
    }

    fn with(state: Option<PathBuf>) -> Self {
        let running = start(Options { port: 0, state, quiet: true }).unwrap();
        let address = running.url.strip_prefix("http://").unwrap().parse().unwrap();
        Self { address, _running: running }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    fn call(&self, method: &str, path: &str, token: &str, body: &str) -> Answer {
        let mut stream = self.connect();
        send(&mut stream, method, path, token, body);
        let answer = receive(&mut stream).unwrap();
        assert!(answer.is_whole, "{answer:?}");
        answer
    }

    fn token(&self) -> String {
        let credentials = json!({ "_username": "anna@example.com", "_password": "password" });
        let answer = self.call("POST", "/api/DEFAULT/customer/login_check", "", &credentials.to_string());
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    fn inject(&self, fault: &Value) {
        assert_eq!(self.call("POST", "/sandbox/faults", "", &fault.to_string()).status, 201);
    }

    fn booked(&self) -> usize {
        let ledger = self.call("GET", "/sandbox/ledger", "", "").json();
        let entries = ledger["entries"].as_array().unwrap();
        entries.iter().filter(|entry| entry["kind"] == "event").count()
    }

    /// The last request in the log, once its duration is known.
    fn last_request(&self) -> Value {
        let started = Instant::now();
        loop {
            let log = self.call("GET", "/sandbox/requests", "", "").json();
            let last = log["requests"].as_array().unwrap().last().unwrap().clone();
            if last["durationMs"].is_u64() || started.elapsed() > PATIENCE {
                return last;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// A connection that was used once already, as browsers keep them.
    fn warm_connection(&self, token: &str) -> TcpStream {
        let mut stream = self.connect();
        send(&mut stream, "GET", "/api/DEFAULT/customer/earningRule", token, "");
        assert_eq!(receive(&mut stream).unwrap().status, 200);
        stream
    }
}

fn send(stream: &mut TcpStream, method: &str, path: &str, token: &str, body: &str) {
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
}

/// Reads a response, to its end or as far as it goes; `None` when the connection closes before the first byte.
fn receive(stream: &mut TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if !read_some(stream, &mut bytes) {
            assert!(bytes.is_empty(), "half a head: {bytes:?}");
            return None;
        }
    };
    let body = bytes.split_off(head_end + 4);
    let head = String::from_utf8(bytes).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut answer = Answer { status, head, body, is_whole: false };
    let length = answer.header("content-length").map(|length| length.parse::<usize>().unwrap());
    let is_chunked = answer.header("transfer-encoding").is_some();
    loop {
        answer.is_whole = match length {
            Some(length) => answer.body.len() >= length,
            None => !is_chunked || answer.body.ends_with(b"\r\n0\r\n\r\n"),
        };
        if answer.is_whole || !read_some(stream, &mut answer.body) {
            return Some(answer);
        }
    }
}

/// Reads what there is; whether there was anything.
fn read_some(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> bool {
    let mut piece = vec![0; 64 * 1024];
    match stream.read(&mut piece) {
        Ok(length) => {
            bytes.extend_from_slice(&piece[..length]);
            length > 0
        }
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => false,
        Err(error) => panic!("{error}"),
    }
}

/// Whether nothing at all comes, while the connection stays open.
fn is_silent(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(SILENCE)).unwrap();
    let result = stream.read(&mut [0; 1]);
    matches!(result.map_err(|error| error.kind()), Err(io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut))
}

/// Whether the connection ends without another byte: by FIN or by RST.
fn is_closed(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 1]) {
        Ok(length) => length == 0,
        Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
    }
}

#[test]
fn without_a_fault_a_connection_serves_many_requests() {
    let client = Client::start();
    let token = client.token();
    let mut stream = client.warm_connection(&token);
    for _ in 0..3 {
        send(&mut stream, "POST", EVENT, &token, "");
        assert_eq!(receive(&mut stream).unwrap().json(), json!({ "points": 12.5 }));
    }
    assert_eq!(client.booked(), 3);
    let last = client.last_request();
    assert_eq!((&last["status"], &last["path"]), (&json!(200), &json!(EVENT)));
}

#[test]
fn a_drop_closes_fresh_and_kept_connections_without_a_byte() {
    for (name, booked) in [("drop_before", 0), ("apply_then_drop", 2)] {
        let client = Client::start();
        let token = client.token();
        for mut stream in [client.connect(), client.warm_connection(&token)] {
            client.inject(&json!({ "fault": name, "path": "photo" }));
            send(&mut stream, "POST", EVENT, &token, "");
            assert!(is_closed(&mut stream), "{name}");
        }
        assert_eq!(client.booked(), booked, "{name}");
        let last = client.last_request();
        assert_eq!((&last["status"], &last["fault"]), (&Value::Null, &json!(name)));
    }
}

#[test]
fn stalled_headers_leave_the_connection_open_and_silent() {
    let client = Client::start();
    let token = client.token();
    let mut stream = client.warm_connection(&token);
    client.inject(&json!({ "fault": "stall_headers" }));
    send(&mut stream, "POST", EVENT, &token, "");
    assert!(is_silent(&mut stream));
    assert_eq!(client.booked(), 1);
    drop(stream);
    // The log learns that it is over as soon as the client has gone.
    assert!(client.last_request()["durationMs"].as_u64().unwrap() >= 300);
}

#[test]
fn a_stalled_body_stops_in_the_middle_and_stays_open() {
    let client = Client::start();
    let token = client.token();
    client.inject(&json!({ "fault": "stall_body", "bytes": 5 }));
    let mut stream = client.connect();
    send(&mut stream, "POST", EVENT, &token, "");
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n{\n   ") {
        assert!(read_some(&mut stream, &mut bytes));
    }
    assert!(String::from_utf8(bytes).unwrap().contains("content-length: 22\r\n"));
    assert!(is_silent(&mut stream));
    assert_eq!(client.booked(), 1);
}

#[test]
fn a_truncated_body_stops_in_the_middle_and_closes() {
    let client = Client::start();
    let token = client.token();
    for mut stream in [client.connect(), client.warm_connection(&token)] {
        client.inject(&json!({ "fault": "truncate", "path": "photo" }));
        send(&mut stream, "POST", EVENT, &token, "");
        let answer = receive(&mut stream).unwrap();
        assert_eq!((answer.status, answer.header("content-length")), (200, Some("22")));
        assert_eq!((answer.body.as_slice(), answer.is_whole), (b"{\n    \"poin".as_slice(), false));
    }
    assert_eq!(client.booked(), 2);
}

#[test]
fn a_long_list_is_cut_where_it_is_said() {
    let client = Client::start();
    let token = client.token();
    client.inject(&json!({ "fault": "truncate", "bytes": 20_000 }));
    let mut stream = client.connect();
    send(&mut stream, "GET", "/api/DEFAULT/customer/earningRule", &token, "");
    assert_eq!(receive(&mut stream).unwrap().body.len(), 20_000);
}

#[test]
fn a_delay_is_waited_for() {
    let client = Client::start();
    let token = client.token();
    client.inject(&json!({ "fault": "delay", "delayMs": 200 }));
    let started = Instant::now();
    assert_eq!(client.call("POST", EVENT, &token, "").status, 200);
    assert!(started.elapsed() >= Duration::from_millis(200));
    assert!(client.last_request()["durationMs"].as_u64().unwrap() >= 200);
}

#[test]
fn other_statuses_pages_and_redirects_are_plain_answers() {
    let client = Client::start();
    let token = client.token();
    client.inject(&json!({ "fault": "status", "status": 429, "retryAfter": 7 }));
    let answer = client.call("POST", EVENT, &token, "");
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("7")));
    client.inject(&json!({ "fault": "status", "status": 204 }));
    assert_eq!(client.call("POST", EVENT, &token, "").status, 204);
    client.inject(&json!({ "fault": "html" }));
    let answer = client.call("POST", EVENT, &token, "");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let location = "http://127.0.0.1:9/elsewhere";
    client.inject(&json!({ "fault": "redirect", "redirectStatus": 308, "location": location }));
    let answer = client.call("POST", EVENT, &token, "");
    assert_eq!((answer.status, answer.header("location")), (308, Some(location)));
    assert_eq!(client.booked(), 0);
}

#[test]
fn an_oversized_body_comes_in_pieces_of_unknown_number() {
    let client = Client::start();
    let token = client.token();
    client.inject(&json!({ "fault": "oversize" }));
    let answer = client.call("POST", EVENT, &token, "");
    assert_eq!(answer.header("content-length"), None);
    assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
    assert!(answer.body.len() > 8 * 1024 * 1024);
    assert_eq!(client.booked(), 1);
}

#[test]
fn a_preflight_is_answered_and_uses_up_no_fault() {
    let client = Client::start();
    client.inject(&json!({ "fault": "drop_before" }));
    let mut stream = client.connect();
    let preflight = format!(
        "OPTIONS {EVENT} HTTP/1.1\r\nHost: sandbox\r\nOrigin: http://shop.example\r\n\
         Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n\r\n"
    );
    stream.write_all(preflight.as_bytes()).unwrap();
    let answer = receive(&mut stream).unwrap();
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://shop.example"));
    let faults = client.call("GET", "/sandbox/faults", "", "").json();
    assert_eq!(faults["faults"].as_array().unwrap().len(), 1);
}

#[test]
fn the_state_is_on_disk_after_each_change() {
    let folder = std::env::temp_dir().join(format!("earnkit-serve-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("state.json");
    let token = {
        let client = Client::with(Some(path.clone()));
        let token = client.token();
        client.inject(&json!({ "fault": "apply_then_drop", "path": "photo" }));
        let mut stream = client.connect();
        send(&mut stream, "POST", EVENT, &token, "");
        assert!(is_closed(&mut stream));
        // Not by an orderly end: the file is there already.
        let saved: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(saved["ledger"]["entries"].as_array().unwrap().len(), 2);
        token
    };
    let client = Client::with(Some(path.clone()));
    assert_eq!(client.booked(), 1);
    assert_eq!(client.call("POST", EVENT, &token, "").status, 200);
    drop(client);
    std::fs::write(&path, "{}").unwrap();
    let error = start(Options { port: 0, state: Some(path), quiet: true }).unwrap_err();
    assert!(format!("{error:#}").contains("is not the state of this version of the sandbox"), "{error:#}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_port_in_use_is_one_clear_line() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = start(Options { port, state: None, quiet: true }).unwrap_err();
    let expected = format!("port {port} is in use: choose another one with --port, or 0 for any free one");
    assert_eq!(format!("{error:#}"), expected);
}

#[test]
fn stopping_frees_the_port_whatever_hangs() {
    let client = Client::start();
    let token = client.token();
    client.inject(&json!({ "fault": "stall_headers" }));
    let mut stream = client.connect();
    send(&mut stream, "POST", EVENT, &token, "");
    assert!(is_silent(&mut stream));
    let (address, started) = (client.address, Instant::now());
    drop(client);
    assert!(started.elapsed() < Duration::from_secs(3));
    assert!(is_closed(&mut stream));
    assert!(TcpStream::connect(address).is_err());
}
