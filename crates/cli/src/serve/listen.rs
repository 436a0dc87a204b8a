//! Which address and port the server listens on.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs as _, UdpSocket};

use crate::failure::Failure;

/// The port when none is asked for.
pub(crate) const USUAL_PORT: u16 = 8000;
/// The last one tried when the usual one is in use.
const LAST_PORT: u16 = 8099;

/// A bound socket, and whether it is the one that was meant.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) listener: TcpListener,
    pub(crate) address: SocketAddr,
    /// The port that would have been used if it were free.
    pub(crate) in_use: Option<u16>,
}

/// Binds the port asked for, or the first free one from the usual one on.
pub(crate) fn bind(host: &str, port: Option<u16>) -> Result<Bound, Failure> {
    let ip = resolve(host)?;
    for candidate in candidates(port) {
        match TcpListener::bind((ip, candidate)) {
            Ok(listener) => {
                let address = listener.local_addr().unwrap_or_else(|_| SocketAddr::new(ip, candidate));
                let in_use = (port.is_none() && candidate != USUAL_PORT).then_some(USUAL_PORT);
                return Ok(Bound { listener, address, in_use });
            }
            // Some systems say "permission denied" for a port that another user has taken exclusively.
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) if error.kind() == ErrorKind::PermissionDenied && port.is_none() => {}
            Err(error) => return Err(failed(host, ip, candidate, &error)),
        }
    }
    Err(match port {
        Some(port) => Failure::PortInUse { host: host.to_owned(), port },
        None => Failure::PortsInUse { host: host.to_owned(), first: USUAL_PORT, last: LAST_PORT },
    })
}

fn candidates(port: Option<u16>) -> std::ops::RangeInclusive<u16> {
    port.map_or(USUAL_PORT..=LAST_PORT, |port| port..=port)
}

fn failed(host: &str, ip: IpAddr, port: u16, error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::PermissionDenied => Failure::PortForbidden { port },
        ErrorKind::AddrNotAvailable => Failure::HostUnknown { host: host.to_owned() },
        _ => Failure::ListenFailed { address: SocketAddr::new(ip, port).to_string(), reason: error.to_string() },
    }
}

fn resolve(host: &str) -> Result<IpAddr, Failure> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse() {
        return Ok(ip);
    }
    // Names of this machine resolve to several addresses; the old protocol is the one every tool tries.
    let found: Vec<IpAddr> =
        (host, 0).to_socket_addrs().map(|list| list.map(|address| address.ip()).collect()).unwrap_or_default();
    let first = found.iter().find(|ip| ip.is_ipv4()).or_else(|| found.first());
    first.copied().ok_or_else(|| Failure::HostUnknown { host: host.to_owned() })
}

/// The address to open on this machine.
pub(crate) fn local_origin(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

/// What is said when other devices can reach the server.
pub(crate) fn network_note(address: SocketAddr, lan: Option<IpAddr>) -> Option<String> {
    let ip = if address.ip().is_unspecified() { lan } else { Some(address.ip()) };
    if address.ip().is_loopback() {
        return None;
    }
    let place = match ip {
        Some(ip) => format!("on the network at http://{}/", SocketAddr::new(ip, address.port())),
        None => "to other devices on the network".to_owned(),
    };
    Some(format!(
        "Also {place}\nnote: browsers treat http:// on a network address as not secure: workers have no shared memory \
         there, and features such as the clipboard and the camera are off."
    ))
}

/// The address of this machine on its network: the one a packet to elsewhere would leave from. Nothing is sent.
pub(crate) fn lan_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // An address reserved for documentation.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
    use super::*;

    #[test]
    fn only_the_usual_port_has_alternatives() {
        assert_eq!(candidates(None), 8000..=8099);
        assert_eq!(candidates(Some(3000)), 3000..=3000);
    }

    #[test]
    fn the_address_to_open_is_one_that_can_be_opened() {
        let origin = |text: &str| local_origin(text.parse().unwrap());
        assert_eq!(origin("127.0.0.1:8000"), "http://127.0.0.1:8000");
        assert_eq!(origin("0.0.0.0:8000"), "http://127.0.0.1:8000");
        assert_eq!(origin("[::]:8000"), "http://[::1]:8000");
        assert_eq!(origin("192.168.1.5:80"), "http://192.168.1.5:80");
    }

    #[test]
    fn the_network_is_mentioned_only_when_it_can_reach_us() {
        let note =
            |text: &str, lan: Option<&str>| network_note(text.parse().unwrap(), lan.map(|ip| ip.parse().unwrap()));
        assert_eq!(note("127.0.0.1:8000", Some("192.168.1.5")), None);
        assert_eq!(note("[::1]:8000", None), None);
        assert!(
            note("0.0.0.0:8000", Some("192.168.1.5"))
                .unwrap()
                .starts_with("Also on the network at http://192.168.1.5:8000/\n")
        );
        assert!(note("0.0.0.0:8000", None).unwrap().contains("not secure"));
    }

    #[test]
    fn names_and_addresses_of_this_machine_are_understood() {
        assert_eq!(resolve("127.0.0.1"), Ok(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        assert_eq!(resolve("[::1]"), Ok(IpAddr::V6(Ipv6Addr::LOCALHOST)));
        assert_eq!(resolve("localhost"), Ok(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    }
}
