//! Which addresses a call may go to, so that nobody can make the house knock at its own back door.
//! Never knows who asked for the address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use outcry_words::{phrase, say};
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Bytes that an address may have.
const URL_BYTES_MAX: usize = 2_048;

/// How far calls may reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// Also into private networks and to this machine, and over plain `http`.
    pub(super) private: bool,
}

/// An address that may be called, if it resolves to allowed addresses.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) url: Url,
    /// Scheme, host and, unless it is the scheme's own, port.
    pub(super) origin: String,
}

/// All addresses of a name are out of bounds.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{}", say("outcome-hook-out-of-reach", [("why", .0.to_string().into())]))]
pub(super) struct OutOfReach(&'static str);

impl Reach {
    /// Reads an address and checks all that can be told before its name is resolved.
    pub(super) fn target(self, text: &str) -> Result<Target, String> {
        let url = (text.len() <= URL_BYTES_MAX)
            .then(|| Url::parse(text.trim()).ok())
            .flatten();
        let url = url
            .filter(|url| url.has_host())
            .ok_or_else(|| phrase("outcome-hook-no-url"))?;
        match url.scheme() {
            "https" => {}
            "http" if self.private => {}
            "http" => {
                return Err(say("outcome-hook-plain", []));
            }
            _ => return Err(say("outcome-hook-scheme", [])),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(say("outcome-hook-password", []));
        }
        // An address instead of a name is never resolved, so it is checked here.
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        if let Ok(address) = host.parse::<IpAddr>() {
            self.allows(address).map_err(|error| error.to_string())?;
        }
        let origin = url.origin().ascii_serialization();
        Ok(Target { url, origin })
    }

    /// Whether a connection to this address may be opened.
    pub(super) fn allows(self, address: IpAddr) -> Result<(), OutOfReach> {
        let address = embedded(address);
        if is_never_allowed(address) {
            return Err(OutOfReach(phrase("outcome-why-link-local")));
        }
        if !self.private && is_private(address) {
            return Err(OutOfReach(phrase("outcome-why-private")));
        }
        Ok(())
    }

    fn keep(self, found: impl Iterator<Item = SocketAddr>) -> Result<Addrs, OutOfReach> {
        let mut refusal = OutOfReach(phrase("outcome-why-no-address"));
        let mut kept = Vec::new();
        for address in found {
            match self.allows(address.ip()) {
                Ok(()) => kept.push(address),
                Err(error) => refusal = error,
            }
        }
        if kept.is_empty() {
            Err(refusal)
        } else {
            Ok(Box::new(kept.into_iter()))
        }
    }
}

/// Resolves names to allowed addresses only. The connection is opened to exactly those, so a name that answers
/// differently the next time gains nothing.
#[derive(Debug)]
pub(super) struct Resolver(pub(super) Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move { Ok(reach.keep(tokio::net::lookup_host((name.as_str(), 0)).await?)?) })
    }
}

/// Scheme, host and port of a receiver that stands in the settings.
pub(super) fn origin(text: &str) -> Result<String, &'static str> {
    let wrong = "must be scheme and host, such as https://hooks.partner.example";
    let url = Url::parse(text).map_err(|_| wrong)?;
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    if bare
        && url.has_host()
        && matches!(url.scheme(), "https" | "http")
        && url.username().is_empty()
    {
        Ok(url.origin().ascii_serialization())
    } else {
        Err(wrong)
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped and compatible (RFC 4291), translated (RFC 6052), 6to4
/// (RFC 3056).
fn embedded(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else {
        return address;
    };
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => address,
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            v4(high, low)
        }
        [0x2002, high, low, ..] => v4(high, low),
        _ => address,
    }
}

fn is_never_allowed(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_link_local()
                || v4.is_multicast()
                || matches!(v4.octets(), [0, ..] | [240..=255, ..])
                // Where Oracle, Alibaba and Azure answer with a machine's credentials.
                || matches!(v4.octets(), [192, 0, 0, 192] | [100, 100, 100, 200] | [168, 63, 129, 16])
        }
        IpAddr::V6(v6) => {
            v6.is_unicast_link_local()
                || v6.is_multicast()
                || v6.is_unspecified()
                // Where Amazon and Google do, and Teredo, which hides an IPv4 address.
                || v6 == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)
                || v6 == Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)
                || matches!(v6.segments(), [0x2001, 0, ..])
        }
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_private()
                || v4.is_loopback()
                || matches!(
                    v4.octets(),
                    [100, 64..=127, ..] | [192, 0, 0, _] | [198, 18 | 19, ..]
                )
        }
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.is_unique_local()
                || matches!(v6.segments(), [0xfec0..=0xfeff, ..])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OPEN: Reach = Reach { private: true };
    const CLOSED: Reach = Reach { private: false };

    #[test]
    fn machine_credentials_are_out_of_reach_however_they_are_written() {
        for host in [
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0251.0376.0251.0376",
            "169.254.43518",
            "[::ffff:169.254.169.254]",
            "[::169.254.169.254]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:a9fe:a9fe::1]",
            "[2001:0:1::1]",
            "[fe80::1]",
            "[febf::1]",
            "[fd00:ec2::254]",
            "[fd20:ce::254]",
            "100.100.100.200",
            "168.63.129.16",
            "0.0.0.0",
            "[::]",
            "255.255.255.255",
            "224.0.0.1",
        ] {
            assert!(
                OPEN.target(&format!("https://{host}/latest/meta-data"))
                    .is_err(),
                "{host}"
            );
        }
    }

    #[test]
    fn private_networks_are_reached_only_where_allowed() {
        for host in [
            "10.1.2.3",
            "172.16.0.1",
            "192.168.0.1",
            "127.0.0.1",
            "100.64.0.1",
            "[::1]",
            "[fd12::1]",
            "[::ffff:10.0.0.1]",
        ] {
            assert!(
                CLOSED.target(&format!("https://{host}/")).is_err(),
                "{host}"
            );
            assert!(
                OPEN.target(&format!("http://{host}:8080/hook?x=1")).is_ok(),
                "{host}"
            );
        }
        for host in [
            "hooks.example.com",
            "93.184.216.34",
            "[2606:4700::1]",
            "172.32.0.1",
            "100.128.0.1",
        ] {
            assert!(CLOSED.target(&format!("https://{host}/")).is_ok(), "{host}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_called_is_refused_with_the_reason() {
        let refused = |text: &str| CLOSED.target(text).unwrap_err();
        assert!(refused("https://user:pass@hooks.example.com/").contains("user name or password"));
        assert!(refused("https://user@hooks.example.com/").contains("user name or password"));
        assert!(refused("http://hooks.example.com/").contains("use https"));
        assert!(refused("ftp://hooks.example.com/").contains("must begin with https://"));
        assert!(refused("file:///etc/passwd").contains("not a web address"));
        assert!(refused("hooks.example.com").contains("not a web address"));
        assert!(
            refused(&format!("https://a.example/{}", "x".repeat(3000)))
                .contains("not a web address")
        );
    }

    #[tokio::test]
    async fn a_name_is_judged_by_what_it_resolves_to() {
        let refused = Resolver(CLOSED).resolve("localhost".parse().unwrap()).await;
        assert!(refused.err().unwrap().is::<OutOfReach>());
        assert!(
            Resolver(OPEN)
                .resolve("localhost".parse().unwrap())
                .await
                .is_ok()
        );
    }

    #[test]
    fn of_several_addresses_only_the_allowed_are_kept() {
        let found = ["10.0.0.1:0", "169.254.169.254:0", "93.184.216.34:0"]
            .map(|text| text.parse().unwrap());
        let kept: Vec<SocketAddr> = CLOSED.keep(found.into_iter()).unwrap().collect();
        assert_eq!(kept, ["93.184.216.34:0".parse().unwrap()]);
        assert!(CLOSED.keep(found.into_iter().take(2)).is_err());
    }

    proptest! {
        #[test]
        fn link_local_is_refused_in_every_clothing(a: u8, b: u8) {
            let v4 = Ipv4Addr::new(169, 254, a, b);
            let [high, low] = [0xa9fe, u16::from_be_bytes([a, b])];
            for address in [
                IpAddr::V4(v4),
                IpAddr::V6(v4.to_ipv6_mapped()),
                IpAddr::V6(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low)),
                IpAddr::V6(Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1)),
            ] {
                prop_assert!(OPEN.allows(address).is_err());
            }
        }

        #[test]
        fn no_text_panics(text in "(https?://)?.{0,80}") {
            if let Ok(target) = OPEN.target(&text) {
                prop_assert!(target.url.username().is_empty() && target.url.password().is_none());
            }
        }
    }
}
