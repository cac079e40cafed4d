//! # Group
//!
//! A multicast group: an address that stands for all who listen to it, whoever they are.
//! What is sent to it, the net brings to each of them, so a sender has as much to do for a
//! thousand as for one, and does not know how many there are.
//!
//! Multicast goes through one network interface, which the operating system chooses unless
//! it is said here, and no router passes it on unless it is told how many may. Groups of
//! IPv6 have other rules, and are not here.
//!
//! Ancestor: the four arguments of `Kamaelia/Internet/Multicast_transceiver.py`.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use mio::net::UdpSocket;
use socket2::{Domain, Protocol, Socket, Type};

use crate::{Error, Result};

/// A multicast group, and how it is reached.
///
/// ```
/// use std::net::Ipv4Addr;
///
/// use axon::net::Group;
///
/// let group = Group::at("239.255.16.0:1600")?.through(Ipv4Addr::LOCALHOST);
/// assert!(group.address().ip().is_multicast());
/// assert!(Group::at("192.168.0.1:1600").is_err());
/// # Ok::<(), axon::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    address: SocketAddrV4,
    interface: Ipv4Addr,
    hops: u32,
}

impl Group {
    /// Names a group by an address between 224.0.0.0 and 239.255.255.255, and a port; those
    /// that begin with 239 are for everybody's own use.
    ///
    /// With port 0 the operating system chooses one for the first who listens; who else is
    /// to hear the same is given the group that the first one has.
    ///
    /// # Errors
    ///
    /// If that is no address, or none of a group.
    pub fn at(address: &str) -> Result<Self> {
        let wrong = |reason: &str| Error::NoSocket {
            address: address.to_string(),
            reason: reason.to_string(),
        };
        let address: SocketAddrV4 = address.parse().map_err(|_| {
            wrong("expected a group and a port, such as 239.255.16.0:1600")
        })?;
        if !address.ip().is_multicast() {
            return Err(wrong(
                "that is no multicast group; groups are from 224.0.0.0 to \
                 239.255.255.255",
            ));
        }
        Ok(Self { address, interface: Ipv4Addr::UNSPECIFIED, hops: 1 })
    }

    /// Reaches it through the interface that has this address; through 127.0.0.1 nothing
    /// leaves this machine.
    #[must_use]
    pub fn through(mut self, interface: Ipv4Addr) -> Self {
        self.interface = interface;
        self
    }

    /// Lets what is sent go through so many networks. It is 1 unless it is said here: no
    /// router passes it on. More than 255 there cannot be.
    #[must_use]
    pub fn hops(mut self, hops: u8) -> Self {
        self.hops = hops.into();
        self
    }

    /// Returns its address.
    pub fn address(&self) -> SocketAddr {
        self.address.into()
    }

    /// Makes a socket that only sends.
    pub(super) fn sender(self) -> Result<UdpSocket> {
        self.open(|group| {
            if group.address.port() == 0 {
                return Err(io::Error::other("who sends to a group needs its port"));
            }
            let socket = group.socket()?;
            socket.bind(&SocketAddrV4::new(group.interface, 0).into())?;
            Ok(socket)
        })
    }

    /// Makes a socket that listens, and may send; notes the port if the operating system
    /// has chosen it.
    pub(super) fn listener(&mut self) -> Result<UdpSocket> {
        let socket = self.open(|group| {
            let socket = group.socket()?;
            // Several on one machine may listen to the same group.
            socket.set_reuse_address(true)?;
            // At the group's own address, so that it does not hear what is said to others
            // at the same port. Other systems cannot listen there, or not send from there.
            let linux = cfg!(target_os = "linux");
            let host =
                if linux { *group.address.ip() } else { Ipv4Addr::UNSPECIFIED };
            socket.bind(&SocketAddrV4::new(host, group.address.port()).into())?;
            let joined =
                socket.join_multicast_v4(group.address.ip(), &group.interface);
            match joined {
                // Where no way leads to everybody, none is chosen.
                Err(error) if group.interface.is_unspecified() => {
                    let hint = "say through which interface it is reached";
                    Err(io::Error::new(error.kind(), format!("{error}; {hint}")))
                }
                joined => joined.map(|()| socket),
            }
        })?;
        if let Ok(address) = socket.local_addr() {
            self.address.set_port(address.port());
        }
        Ok(socket)
    }

    fn open(
        self,
        open: impl FnOnce(Self) -> io::Result<Socket>,
    ) -> Result<UdpSocket> {
        let socket = open(self).map_err(|error| Error::NoSocket {
            address: self.address.to_string(),
            reason: match self.interface {
                Ipv4Addr::UNSPECIFIED => error.to_string(),
                interface => format!("through {interface}: {error}"),
            },
        })?;
        Ok(UdpSocket::from_std(socket.into()))
    }

    fn socket(self) -> io::Result<Socket> {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_nonblocking(true)?;
        socket.set_multicast_ttl_v4(self.hops)?;
        if !self.interface.is_unspecified() {
            socket.set_multicast_if_v4(&self.interface)?;
        }
        Ok(socket)
    }
}
