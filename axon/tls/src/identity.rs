//! # Identity
//!
//! Who a server says that it is: a certificate, those that vouch for it, and the key that
//! proves it. It is read once, and shared by all connections.

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::trouble::{Result, Trouble, why};

/// Who a server says that it is. A clone is the same.
#[derive(Clone)]
pub struct Identity(pub(crate) Arc<ServerConfig>);

impl Identity {
    /// Reads a certificate, behind it those that vouch for it, and its private key, all as
    /// PEM: the texts between `-----BEGIN …-----` and `-----END …-----`.
    ///
    /// # Errors
    ///
    /// If one of them is missing or is no PEM, or if the key is not that of the
    /// certificate.
    pub fn from_pem(certificates: &str, key: &str) -> Result<Self> {
        let certificates = certificates_of(certificates)?;
        let wrong = |error| Trouble::new("the private key", said(&error));
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(wrong)?;
        let wrong =
            |error| Trouble::new("the certificate with this key", why(&error));
        // Which cryptography is used is written here, and not in a global.
        let config =
            ServerConfig::builder_with_provider(ring::default_provider().into())
                .with_safe_default_protocol_versions()
                .map_err(wrong)?
                .with_no_client_auth()
                .with_single_cert(certificates, key)
                .map_err(wrong)?;
        Ok(Self(config.into()))
    }
}

/// For whoever wants more of rustls than is offered here: clients that show certificates of
/// their own, several names, other protocols.
impl From<Arc<ServerConfig>> for Identity {
    fn from(config: Arc<ServerConfig>) -> Self {
        Self(config)
    }
}

/// Reads certificates, one at least.
pub(crate) fn certificates_of(pem: &str) -> Result<Vec<CertificateDer<'static>>> {
    let wrong = |error| Trouble::new("the certificate", said(&error));
    let certificates = CertificateDer::pem_slice_iter(pem.as_bytes());
    let certificates = certificates.collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    if certificates.is_empty() {
        return Err(wrong(rustls::pki_types::pem::Error::NoItemsFound));
    }
    Ok(certificates)
}

/// Says what is wrong with a PEM.
fn said(error: &rustls::pki_types::pem::Error) -> String {
    match error {
        rustls::pki_types::pem::Error::NoItemsFound => {
            "there is none in this text".to_string()
        }
        error => error.to_string(),
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Identity(with its key)")
    }
}
