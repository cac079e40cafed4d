//! # Trust
//!
//! Whom a client believes: the certificates of those who vouch for others. Nobody is
//! believed without.

use std::fmt;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use crate::identity::certificates_of;
use crate::trouble::{Result, Trouble};

/// Whom a client believes. A clone is the same.
#[derive(Clone)]
pub struct Trust(pub(crate) Arc<ClientConfig>);

impl Trust {
    /// Reads the certificates of those who vouch for others, as PEM. Operating systems
    /// have a file of them, such as `/etc/ssl/certs/ca-certificates.crt`.
    ///
    /// # Errors
    ///
    /// If there is none, or if one is no certificate.
    pub fn from_pem(certificates: &str) -> Result<Self> {
        let wrong = |error| Trouble::new("the certificate", error);
        let mut roots = RootCertStore::empty();
        for certificate in certificates_of(certificates)? {
            roots.add(certificate).map_err(wrong)?;
        }
        let config =
            ClientConfig::builder_with_provider(ring::default_provider().into())
                .with_safe_default_protocol_versions()
                .map_err(wrong)?
                .with_root_certificates(roots)
                .with_no_client_auth();
        Ok(Self(config.into()))
    }
}

/// For whoever wants more of rustls than is offered here.
impl From<Arc<ClientConfig>> for Trust {
    fn from(config: Arc<ClientConfig>) -> Self {
        Self(config)
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Trust(in some)")
    }
}
