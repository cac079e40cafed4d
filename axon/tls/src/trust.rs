//! # Trust
//!
//! Whom a client believes: the certificates of those who vouch for others. Nobody is
//! believed without. Mostly they are those whom the machine trusts, as its browsers do;
//! among one's own programs they may be one's own.

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
    /// Trusts those whom the operating system trusts. They are read here, from files
    /// mostly, so do it once: a clone is the same.
    ///
    /// On Unix the environment may name others, by `SSL_CERT_FILE` and `SSL_CERT_DIR`.
    ///
    /// ```no_run
    /// use axon_tls::{Tls, Trust};
    ///
    /// let trust = Trust::of_machine()?;
    /// let tls = Tls::client(&trust, "example.org")?;
    /// # Ok::<(), axon_tls::Trouble>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is none of whom anything can be read. Those that cannot be are left out.
    pub fn of_machine() -> Result<Self> {
        let found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        let (good, bad) = roots.add_parsable_certificates(found.certs);
        if good > 0 {
            return Self::new(roots);
        }
        let mut why = format!("there are none, and {bad} that cannot be understood");
        for error in found.errors {
            why.push_str(&format!("; {error}"));
        }
        Err(Trouble::new("the certificates of this machine", why))
    }

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
        Self::new(roots)
    }

    fn new(roots: RootCertStore) -> Result<Self> {
        let wrong = |error| Trouble::new("the certificate", error);
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
