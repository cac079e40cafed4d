//! # Trouble
//!
//! What can be wrong with certificates and keys, found when they are read: before anybody
//! connects. What is wrong with a connection is an error of the run, as with any component;
//! here it is said so that whoever reads it knows what to do.

use std::fmt;

use rustls::pki_types::{ServerName, UnixTime};
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

/// What is wrong with a certificate, a key or a name.
#[derive(Clone, PartialEq, Eq)]
pub struct Trouble {
    what: &'static str,
    why: String,
}

/// The result of reading certificates and keys.
pub type Result<T, E = Trouble> = std::result::Result<T, E>;

impl Trouble {
    pub(crate) fn new(what: &'static str, why: impl fmt::Display) -> Self {
        Self { what, why: why.to_string() }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "cannot use {}: {}", self.what, self.why)
    }
}

/// Prints what `Display` does: this is what `main` shows when it returns an error.
impl fmt::Debug for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Trouble {}

/// Says what is wrong with a connection, or with what was to be shown in it.
pub(crate) fn why(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(error) => {
            format!("its certificate {}", not(error))
        }
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "it does not talk TLS".to_string()
        }
        Error::AlertReceived(alert) if is_about_certificates(*alert) => {
            format!("it does not believe our certificate: {alert:?}")
        }
        Error::InconsistentKeys(_) => {
            "the one does not belong to the other".to_string()
        }
        error => error.to_string(),
    }
}

/// Says what a certificate is not.
fn not(error: &CertificateError) -> String {
    let days = |from: UnixTime, to: UnixTime| {
        to.as_secs().saturating_sub(from.as_secs()).div_ceil(24 * 60 * 60)
    };
    match error {
        CertificateError::UnknownIssuer => {
            "is vouched for by nobody who is trusted".to_string()
        }
        CertificateError::ExpiredContext { time, not_after } => {
            let days = days(*not_after, *time);
            format!("has expired, and that is {days} days ago")
        }
        CertificateError::NotValidYetContext { time, not_before } => {
            let days = days(*time, *not_before);
            format!("is not valid before a time that is {days} days ahead")
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let expected = match expected {
                ServerName::IpAddress(address) => {
                    std::net::IpAddr::from(*address).to_string()
                }
                name => name.to_str().into_owned(),
            };
            match &presented[..] {
                [] => format!("has no name in it that could be `{expected}`"),
                names => {
                    let names: Vec<_> =
                        names.iter().map(|name| bare(name)).collect();
                    let names = names.join(", ");
                    format!("is not for `{expected}`, but for {names}")
                }
            }
        }
        CertificateError::Other(other)
            if other.to_string().contains("CaUsedAsEndEntity") =>
        {
            "is one that vouches for others (`CA:TRUE`), and not that of a server"
                .to_string()
        }
        error => format!("cannot be believed: {error}"),
    }
}

/// Takes a name such as `DnsName("example.org")` for what it is.
fn bare(name: &str) -> String {
    let quoted = name.split_once("(\"").and_then(|(_, it)| it.strip_suffix("\")"));
    quoted.map_or_else(|| name.to_string(), |name| format!("`{name}`"))
}

fn is_about_certificates(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
    )
}
