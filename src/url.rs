//! URLs from a configured base and segments that the caller chose.

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
    let (scheme, rest) = url.split_once(':')?;
    let rest = rest.strip_prefix("//")?;
    let plain =
        url.len() <= MAX_BASE_LENGTH && !url.bytes().any(|b| b <= b' ' || b == 0x7f || b"\\?#\"<>^`{|}".contains(&b));
    let is_http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let authority = rest.split('/').next()?;
    (plain && is_http && is_authority(authority)).then(|| url.trim_end_matches('/').to_owned())
}

fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, ""),
    };
    let port_is_valid = port.bytes().all(|b| b.is_ascii_digit())
        && port.len() <= 5
        && port.bytes().fold(0_u32, |n, b| n * 10 + u32::from(b - b'0')) <= 65_535;
    let host_is_valid = match host.strip_prefix('[') {
        Some(v6) => v6
            .strip_suffix(']')
            .is_some_and(|v6| v6.contains(':') && v6.bytes().all(|b| b.is_ascii_hexdigit() || b == b':' || b == b'.')),
        None => {
            host.split('.').all(|label| !label.is_empty())
                && host.bytes().all(|b| b.is_ascii_alphanumeric() || b >= 0x80 || b"-._".contains(&b))
        }
    };
    // A host whose last label is a number must be an IPv4 address.
    let is_number = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit());
    let ipv4_is_valid = !host.rsplit('.').next().is_some_and(is_number)
        || (host.split('.').count() == 4
            && host.split('.').all(|part| {
                part.len() <= 3
                    && is_number(part)
                    && part.bytes().fold(0_u32, |n, b| n * 10 + u32::from(b - b'0')) <= 255
            }));
    port_is_valid && host_is_valid && ipv4_is_valid
}

/// Appends `/segment`, percent-encoded so that it stays one segment. `None` if it is not what
/// [`SEGMENT_ADVICE`] says.
pub(crate) fn push_segment(url: &mut String, segment: &str) -> Option<()> {
    let is_dots = segment == "." || segment == "..";
    if segment.is_empty() || is_dots || segment.chars().any(char::is_control) || segment.chars().count() > 255 {
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
