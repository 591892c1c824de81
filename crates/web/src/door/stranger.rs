//! How many connections of one address are open on which nobody has shown a token yet.
//! Never knows what they ask.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

type Counts = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Strangers(Counts);

/// One connection, until somebody on it is known or it ends.
#[derive(Debug)]
pub(crate) struct Stranger {
    counts: Counts,
    address: IpAddr,
    is_counted: AtomicBool,
}

impl Strangers {
    /// Counts a connection; `None` if there are `most` from that address.
    pub(crate) fn admit(&self, address: IpAddr, most: usize) -> Option<Arc<Stranger>> {
        let address = network(address);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.get(&address).copied().unwrap_or_default();
        if count >= most {
            return None;
        }
        counts.insert(address, count + 1);
        Some(Arc::new(Stranger {
            counts: Arc::clone(&self.0),
            address,
            is_counted: AtomicBool::new(true),
        }))
    }
}

impl Stranger {
    /// Somebody on this connection has shown who they are.
    pub(crate) fn is_known(&self) {
        if !self.is_counted.swap(false, Ordering::Relaxed) {
            return;
        }
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.is_known();
    }
}

/// An address of IPv6 stands for its network of 64 bits, of which everybody has a whole one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let bits = address.to_bits() & !u128::from(u64::MAX);
            Ipv6Addr::from_bits(bits).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_has_its_own_places_and_whoever_is_known_takes_none() {
        let strangers = Strangers::default();
        let admit = |text| strangers.admit(address(text), 2);
        let first = admit("10.0.0.1").expect("a place");
        let second = admit("::ffff:10.0.0.1").expect("a place");
        assert!(admit("10.0.0.1").is_none());
        assert!(admit("10.0.0.2").is_some());
        first.is_known();
        let third = admit("10.0.0.1").expect("the place of who is known");
        drop(first);
        assert!(admit("10.0.0.1").is_none(), "given back once");
        drop((second, third));
        assert!(strangers.0.lock().expect("whole").is_empty());
        assert!(strangers.admit(address("10.0.0.3"), 0).is_none());
        assert!(strangers.0.lock().expect("whole").is_empty());
        let _one = admit("2001:db8::1").expect("a place");
        let _two = admit("2001:db8::2:1").expect("a place");
        assert!(admit("2001:db8::3").is_none());
        assert!(admit("2001:db8:0:1::3").is_some());
    }
}
