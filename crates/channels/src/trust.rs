//! Whom we believe when a server shows its certificate.
//! Never knows which server.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::settings::SettingsError;

/// Bytes that a file of certificates may have; a whole system's bundle has a quarter of this.
const CA_FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The text of a file of certificates, checked to hold at least one.
pub(crate) fn ca_file(key: &'static str, path: &Path) -> Result<Vec<u8>, SettingsError> {
    let problem = |error: &dyn std::fmt::Display| {
        SettingsError::new(key, format_args!("{}: {error}", path.display()))
    };
    let mut pem = Vec::new();
    File::open(path)
        .and_then(|file| file.take(CA_FILE_BYTES_MAX).read_to_end(&mut pem))
        .map_err(|error| problem(&error))?;
    match CertificateDer::pem_slice_iter(&pem).next() {
        Some(Ok(_)) => Ok(pem),
        _ => Err(problem(
            &"holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)",
        )),
    }
}

/// As `tls`, for HTTP.
pub(crate) fn https(
    key: &'static str,
    ca_pem: Option<&[u8]>,
) -> Result<ClientConfig, SettingsError> {
    let mut config = tls(key, ca_pem)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// TLS: Mozilla's list of authorities, compiled in so that every machine judges alike, and those in
/// `ca_pem` besides.
pub(crate) fn tls(key: &'static str, ca_pem: Option<&[u8]>) -> Result<ClientConfig, SettingsError> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    for certificate in ca_pem.into_iter().flat_map(CertificateDer::pem_slice_iter) {
        let certificate = certificate.map_err(|error| SettingsError::new(key, error))?;
        roots
            .add(certificate)
            .map_err(|error| SettingsError::new(key, error))?;
    }
    Ok(
        ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| SettingsError::new(key, error))?
            .with_root_certificates(roots)
            .with_no_client_auth(),
    )
}
