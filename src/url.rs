//! URLs from a configured base and segments that the caller chose.

use crate::text;

/// The longest base URL, in bytes.
const MAX_BASE_LENGTH: usize = 2048;

/// What a base URL must be, for the error message.
pub(crate) const BASE_ADVICE: &str =
    "an absolute http(s) URL such as \"https://loyalty.example.com\", without credentials, query or fragment";

/// What a path segment must be, for the error message.
pub(crate) const SEGMENT_ADVICE: &str = "1 to 255 characters without control characters, and not \".\" or \"..\", because it becomes a part of the URL's path";

/// Checks a base URL and drops its trailing slashes. `None` if it is not what [`BASE_ADVICE`] says.
///
/// `fetch` would reject a bad URL too, but by then the call counts as sent.
pub(crate) fn base(url: &str) -> Option<String> {
    let is_plain = |byte: u8| byte > b' ' && !b"\x7f\\?#\"<>^`{|}".contains(&byte);
    let (scheme, rest) = text::split_once(url, b':')?;
    let is_http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let authority = text::before(rest.strip_prefix("//")?, b'/');
    let mut url = url;
    if !is_http || url.len() > MAX_BASE_LENGTH || !url.bytes().all(is_plain) || !is_authority(authority.as_bytes()) {
        return None;
    }
    while let Some(shorter) = url.strip_suffix('/') {
        url = shorter;
    }
    Some(url.to_owned())
}

fn is_authority(authority: &[u8]) -> bool {
    let colon = authority.iter().rposition(|byte| *byte == b':');
    let (host, port) = match colon.and_then(|at| authority.split_at_checked(at)) {
        Some((host, [_, port @ ..])) if !port.ends_with(b"]") => (host, port),
        _ => (authority, &[][..]),
    };
    let port_is_valid = port.is_empty() || port.len() <= 5 && text::digits(port).is_some_and(|port| port <= 65_535);
    port_is_valid
        && match host {
            [b'[', v6 @ .., b']'] => is_ipv6(v6),
            _ => is_name_or_ipv4(host),
        }
}

fn is_name_or_ipv4(host: &[u8]) -> bool {
    let is_part_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80 || b"-_".contains(byte);
    let (mut labels, mut numbers) = (0, 0);
    let mut ends_in_number = false;
    for label in host.split(|byte| *byte == b'.') {
        if label.is_empty() || !label.iter().all(is_part_of_name) {
            return false;
        }
        // A leading zero makes it octal.
        let is_of_ipv4 = label.len() <= 3
            && text::digits(label).is_some_and(|number| number <= 255)
            && (label.len() == 1 || !label.starts_with(b"0"));
        labels += 1;
        numbers += u8::from(is_of_ipv4);
        ends_in_number = label.iter().all(u8::is_ascii_digit) || matches!(label, [b'0', b'x' | b'X', ..]);
    }
    // A host whose last label is a number, in hexadecimal too, must be an IPv4 address.
    !ends_in_number || labels == 4 && numbers == 4
}

/// Without a dotted IPv4 address at the end, which nobody configures.
fn is_ipv6(text: &[u8]) -> bool {
    // A gap, `::`, stands for at least one of the eight groups.
    let (mut groups, mut gaps) = (0, 0);
    let mut rest = text;
    if let [b':', b':', tail @ ..] = rest {
        (gaps, rest) = (1, tail);
    }
    while !rest.is_empty() {
        let length = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        if length == 0 || length > 4 {
            return false;
        }
        groups += 1;
        rest = match rest.get(length..) {
            Some([b':', b':', tail @ ..]) => {
                gaps += 1;
                tail
            }
            Some([b':', tail @ ..]) if !tail.is_empty() => tail,
            Some([]) => &[],
            _ => return false,
        };
    }
    if gaps == 0 { groups == 8 } else { gaps == 1 && groups <= 7 }
}

/// Appends `/segment`, percent-encoded so that it stays one segment. `None` if it is not what
/// [`SEGMENT_ADVICE`] says.
pub(crate) fn push_segment(url: &mut String, segment: &str) -> Option<()> {
    if matches!(segment, "" | "." | "..") || text::has_controls(segment) || text::count(segment) > 255 {
        return None;
    }
    url.push('/');
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push('%');
            for digit in [byte >> 4, byte & 15] {
                url.push(char::from(b"0123456789ABCDEF".get(usize::from(digit)).copied().unwrap_or(b'0')));
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{base, push_segment};
    use proptest::prelude::*;
    use url::{Url, form_urlencoded};

    #[track_caller]
    fn accepts(url: &str, expected: &str) {
        assert_eq!(base(url).as_deref(), Some(expected));
        assert!(Url::parse(url).is_ok(), "the standard parser does not take {url}");
    }

    #[track_caller]
    fn refuses(url: &str) {
        assert_eq!(base(url), None, "{url:?}");
    }

    #[test]
    fn bases_are_http_urls_whose_trailing_slashes_go() {
        accepts("https://loyalty.example.com", "https://loyalty.example.com");
        accepts("https://loyalty.example.com/", "https://loyalty.example.com");
        accepts("https://loyalty.example.com///", "https://loyalty.example.com");
        accepts("http://localhost:8181/koomalooma/api/", "http://localhost:8181/koomalooma/api");
        accepts("HTTPS://Loyalty.Example/a%20b/ż", "HTTPS://Loyalty.Example/a%20b/ż");
        accepts("https://under_score.example:", "https://under_score.example:");
        accepts("http://x:0", "http://x:0");
        accepts("http://x:65535", "http://x:65535");
        accepts("https://żółw.example", "https://żółw.example");
    }

    #[test]
    fn addresses_are_complete() {
        accepts("http://127.0.0.1:8181", "http://127.0.0.1:8181");
        accepts("http://255.255.255.255", "http://255.255.255.255");
        for ipv6 in ["::1", "::", "1::", "2001:db8::ff:0", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8"] {
            accepts(&format!("http://[{ipv6}]:8181/x"), &format!("http://[{ipv6}]:8181/x"));
        }
        for ipv4 in [
            "1.2.3",
            "1.2.3.256",
            "1.2.3.4.5",
            "256.1.1.1",
            "1.2.3.08",
            "01.2.3.4",
            "a.1",
            "1.2.3.0x4",
            "a.0xff",
            "a.0x",
        ] {
            refuses(&format!("http://{ipv4}"));
        }
        for ipv6 in [
            "",
            "1",
            ":",
            ":::",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1::2::3",
            "12345::",
            "g::",
            "1:2:3:4::5:6:7:8",
            "::1%eth0",
        ] {
            refuses(&format!("http://[{ipv6}]"));
        }
        refuses("http://[::1");
        refuses("http://::1");
        refuses("http://[::1]x");
        refuses("http://x[::1]");
    }

    #[test]
    fn what_is_no_base_is_refused() {
        for url in [
            "",
            " ",
            "loyalty.example.com",
            "//loyalty.example.com",
            "/api",
            "https:",
            "https:/",
            "https://",
            "https:///",
            "https:loyalty.example.com",
            "https:/loyalty.example.com",
            "https:///loyalty.example.com",
            "ftp://loyalty.example.com",
            "file:///etc/passwd",
            "javascript://loyalty.example.com",
            "httpss://loyalty.example.com",
            " https://loyalty.example.com",
            "https://loyalty.example.com ",
            "https://loyalty.example.com/\n",
            "https://loyalty.\texample.com",
            "https://user@loyalty.example.com",
            "https://user:password@loyalty.example.com",
            "https://@loyalty.example.com",
            "https://loyalty.example.com?",
            "https://loyalty.example.com/?store=1",
            "https://loyalty.example.com#",
            "https://loyalty.example.com/#top",
            "https://loyalty.example.com\\api",
            "https://loyalty%2eexample.com",
            "https://loyalty..example.com",
            "https://.example.com",
            "https://loyalty.example.com:99999",
            "https://loyalty.example.com:65536",
            "https://loyalty.example.com:-1",
            "https://loyalty.example.com:8x",
            "https://loyalty.example.com:1:2",
            "https://*.example.com",
            "https://a,b",
            "https://<host>",
        ] {
            refuses(url);
        }
        refuses(&format!("https://x/{}", "a".repeat(2048)));
    }

    /// Most of these are no URLs, and some of those look very much like one.
    fn anything_like_a_url() -> impl Strategy<Value = String> {
        let label = prop_oneof!["[a-zA-Z0-9_-]{0,6}", "[0-9]{1,4}", "0[xX][0-9a-fA-FgG]{0,3}"];
        let name = prop::collection::vec(label, 1..6).prop_map(|labels| labels.join("."));
        let groups = prop::collection::vec("[0-9a-fA-F]{0,5}", 0..10);
        let ipv6 = groups.prop_map(|groups| format!("[{}]", groups.join(":")));
        let host = prop_oneof![3 => name, 1 => "[0-9]{1,3}(\\.[0-9]{1,3}){3}", 2 => ipv6, 1 => "[ -~]{0,8}"];
        let scheme = prop_oneof![8 => "https?://", 1 => "[a-zA-Z]{0,5}:?/{0,3}"];
        let port = prop_oneof![3 => Just(String::new()), 2 => ":[0-9]{0,6}", 1 => ":[ -~]{0,3}"];
        let step = prop_oneof!["/[a-zA-Z0-9._~%-]{0,8}", "/\\.\\.", "/%2[eE]%2[eE]", "/\\PC{0,4}"];
        let prefix = prop::collection::vec(step, 0..4).prop_map(|steps| steps.concat());
        (scheme, host, port, prefix).prop_map(|(scheme, host, port, prefix)| scheme + &host + &port + &prefix)
    }

    fn decoded(segment: &str) -> String {
        form_urlencoded::parse(segment.as_bytes()).map(|(key, _)| key.into_owned()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn an_accepted_base_is_a_url_and_keeps_its_prefix(url in anything_like_a_url(), segment in "\\PC{1,20}") {
            let Some(base) = base(&url) else { return Ok(()) };
            let parsed = Url::parse(&base);
            prop_assert!(parsed.is_ok(), "{} is accepted", url);
            let parsed = parsed.expect("it is a URL");
            prop_assert!(matches!(parsed.scheme(), "http" | "https"));
            prop_assert!(parsed.has_host() && parsed.username().is_empty() && parsed.password().is_none());
            prop_assert!(parsed.query().is_none() && parsed.fragment().is_none());
            let mut whole = base;
            if push_segment(&mut whole, &segment).is_some() {
                whole.push_str("/rest");
                let whole = Url::parse(&whole).expect("it is still a URL");
                prop_assert_eq!(whole.origin(), parsed.origin());
                let prefix = parsed.path().strip_suffix('/').unwrap_or(parsed.path());
                let rest = whole.path().strip_prefix(prefix);
                prop_assert!(rest.is_some(), "{} has lost {}", whole, parsed);
                let rest: Vec<&str> = rest.expect("it has the prefix").split('/').collect();
                prop_assert_eq!(rest.len(), 3);
                prop_assert_eq!((rest[0], rest[2]), ("", "rest"));
                prop_assert_eq!(decoded(rest[1]), segment);
            }
        }

        #[test]
        fn any_segment_is_refused_or_stays_one(segment in ".{0,300}") {
            let mut url = "https://loyalty.example.com/api".to_owned();
            let is_valid = (1..=255).contains(&segment.chars().count())
                && segment != "."
                && segment != ".."
                && !segment.chars().any(char::is_control);
            prop_assert_eq!(push_segment(&mut url, &segment).is_some(), is_valid);
            if is_valid {
                let parsed = Url::parse(&url).expect("it is a URL");
                prop_assert_eq!(parsed.as_str(), &url);
                let segments: Vec<&str> = parsed.path_segments().expect("it has a path").collect();
                prop_assert_eq!(segments.len(), 2);
                prop_assert_eq!(decoded(segments[1]), segment);
            }
        }
    }

    #[test]
    fn hostile_segments_are_encoded() {
        for (segment, encoded) in [
            ("facebook_like", "facebook_like"),
            ("share.product-1~", "share.product-1~"),
            ("../admin", "..%2Fadmin"),
            ("%2e%2e", "%252e%252e"),
            ("...", "..."),
            ("a b+c", "a%20b%2Bc"),
            ("?x=1&y#z", "%3Fx%3D1%26y%23z"),
            ("a\\b", "a%5Cb"),
            ("💎ż", "%F0%9F%92%8E%C5%BC"),
            (":customerId;@", "%3AcustomerId%3B%40"),
        ] {
            let mut url = String::new();
            assert_eq!(push_segment(&mut url, segment), Some(()));
            assert_eq!(url, format!("/{encoded}"));
        }
        for segment in ["", ".", "..", "\0", "a\0", "\n", "\u{7f}", "\u{85}", &"x".repeat(256), &"💎".repeat(256)] {
            assert_eq!(push_segment(&mut String::new(), segment), None, "{segment:?}");
        }
        for segment in ["x".repeat(255), "💎".repeat(255)] {
            assert_eq!(push_segment(&mut String::new(), &segment), Some(()));
        }
    }
}
