//! Who waits at a primitive, first in first out: the one queue of wait nodes of all primitives.
//!
//! The nodes lie in the queue's own storage, linked by their places; whoever waits holds only its
//! key. So a future that waits may be moved, and be dropped anywhere, without a pointer into it. A
//! node is either waiting, with what its owner offers or asks for, or granted, with what it was
//! given; then its owner fetches that, or, when it is dropped instead, passes it on.
//!
//! # States
//!
//! ```text
//!   join ──► WAITING ── grant_first ──► GRANTED ── poll: Granted, or leave ──► free
//!               └────────────── leave ────────────────────────────────────────► free
//! ```
//!
//! The invariant: a key is held by one owner, which gives it up with the node; so a node is used
//! again only once nobody can name it as it was. A queue is used by one at a time: it lies in its
//! primitive's state.

use std::num::NonZeroU32;
use std::panic::Location;

use crate::task::wait_place::WaitPlace;
use crate::task::waiter::{Asker, Wait, Wakes};

/// See the module.
#[derive(Debug)]
pub struct WaitQueue<W, G> {
    nodes: Vec<Node<W, G>>,
    first: Link,
    last: Link,
    free: Link,
    waiting_count: u32,
    used_count: u32,
    made_at: &'static Location<'static>,
    /// Once somebody has waited.
    place: Option<WaitPlace>,
}

/// A node's place, plus one.
type Link = Option<Key>;

/// Names a node of a queue to its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key(NonZeroU32);

#[derive(Debug)]
struct Node<W, G> {
    before: Link,
    /// Of a free node: the next free one.
    behind: Link,
    state: State<W, G>,
}

#[derive(Debug)]
enum State<W, G> {
    Waiting(Wait, W),
    Granted(G),
    Free,
}

/// What became of a wait.
#[derive(Debug)]
pub(crate) enum Polled<G> {
    /// It was given this; its key is given up.
    Granted(G),
    Waits,
    NeedsWaiter,
}

/// What was left of a wait that was given up.
#[derive(Debug)]
pub(crate) enum Left<W, G> {
    Waiting(W),
    Granted(G),
}

/// How many nodes a queue keeps that nobody uses.
const KEPT: usize = 64;

impl<W, G> WaitQueue<W, G> {
    /// The queue of a primitive that is made by the caller.
    #[track_caller]
    pub(crate) const fn new() -> Self {
        Self {
            nodes: Vec::new(),
            first: None,
            last: None,
            free: None,
            waiting_count: 0,
            used_count: 0,
            made_at: Location::caller(),
            place: None,
        }
    }

    /// What reports know of the primitive, once somebody has waited.
    pub(crate) fn place(&self) -> Option<&WaitPlace> {
        self.place.as_ref()
    }

    #[inline(always)]
    fn node(&mut self, key: Key) -> &mut Node<W, G> {
        &mut self.nodes[key.0.get() as usize - 1]
    }

    /// Whether nobody waits.
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.waiting_count as usize
    }

    /// The asker waits from now on, behind all others; gives `with` back if it has no waiter yet.
    #[inline(always)]
    pub(crate) fn join(&mut self, asker: &mut impl Asker, with: W) -> Result<Key, W> {
        let Some(waiter) = asker.take() else { return Err(with) };
        let made_at = self.made_at;
        asker.waits_at(self.place.get_or_insert_with(|| WaitPlace::new(made_at)).number());
        let before = self.last;
        let node = Node { before, behind: None, state: State::Waiting(waiter, with) };
        let key = match self.free {
            Some(key) => {
                let free = self.node(key);
                let next = free.behind;
                *free = node;
                self.free = next;
                key
            }
            None => self.grow(node),
        };
        match before {
            Some(before) => self.node(before).behind = Some(key),
            None => self.first = Some(key),
        }
        self.last = Some(key);
        self.waiting_count += 1;
        self.used_count += 1;
        Ok(key)
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, node: Node<W, G>) -> Key {
        self.nodes.push(node);
        let place = u32::try_from(self.nodes.len()).ok().and_then(NonZeroU32::new);
        Key(place.expect("fewer than 2^32 wait at one primitive"))
    }

    /// What the first that waits offers or asks for.
    #[inline(always)]
    pub(crate) fn first(&self) -> Option<&W> {
        match &self.nodes[self.first?.0.get() as usize - 1].state {
            State::Waiting(_, with) => Some(with),
            State::Granted(_) | State::Free => unreachable!("who is linked waits"),
        }
    }

    /// Grants the first that waits what `grant` makes of what it offers, and gives who is to be
    /// woken; nothing if nobody waits.
    #[inline(always)]
    pub(crate) fn grant_first(&mut self, grant: impl FnOnce(W) -> G) -> Option<Wait> {
        let key = self.first?;
        let node = self.node(key);
        let behind = node.behind;
        let State::Waiting(waiter, with) = std::mem::replace(&mut node.state, State::Free) else {
            unreachable!("who is linked waits")
        };
        node.state = State::Granted(grant(with));
        self.first = behind;
        match behind {
            Some(behind) => self.node(behind).before = None,
            None => self.last = None,
        }
        self.waiting_count -= 1;
        Some(waiter)
    }

    /// Grants all that wait the same.
    pub(crate) fn grant_all(&mut self, grant: G, wakes: &mut Wakes)
    where
        G: Copy,
    {
        while let Some(waiter) = self.grant_first(|_| grant) {
            wakes.add(Some(waiter));
        }
    }

    /// Asks on behalf of a node's owner what became of its wait.
    #[inline(always)]
    pub(crate) fn poll(&mut self, key: Key, asker: &mut impl Asker) -> Polled<G> {
        let node = self.node(key);
        match &mut node.state {
            State::Waiting(waiter, _) => {
                if asker.replace(waiter) {
                    Polled::Waits
                } else {
                    Polled::NeedsWaiter
                }
            }
            State::Granted(_) => {
                let State::Granted(given) = self.release(key) else {
                    unreachable!("it was granted")
                };
                Polled::Granted(given)
            }
            State::Free => unreachable!("a key is held by the node's owner alone"),
        }
    }

    /// A node's owner gives up. The waiter is given back to be dropped where nothing is held.
    #[inline]
    pub(crate) fn leave(&mut self, key: Key) -> (Left<W, G>, Option<Wait>) {
        let node = self.node(key);
        let (before, behind) = (node.before, node.behind);
        match self.release(key) {
            State::Granted(given) => (Left::Granted(given), None),
            State::Waiting(waiter, with) => {
                match before {
                    Some(before) => self.node(before).behind = behind,
                    None => self.first = behind,
                }
                match behind {
                    Some(behind) => self.node(behind).before = before,
                    None => self.last = before,
                }
                self.waiting_count -= 1;
                (Left::Waiting(with), Some(waiter))
            }
            State::Free => unreachable!("a key is held by the node's owner alone"),
        }
    }

    /// Empties a node, for others to use.
    #[inline(always)]
    fn release(&mut self, key: Key) -> State<W, G> {
        let free = self.free;
        let node = self.node(key);
        let state = std::mem::replace(&mut node.state, State::Free);
        node.behind = free;
        self.free = Some(key);
        self.used_count -= 1;
        if self.used_count == 0 && self.nodes.len() > KEPT {
            self.shrink();
        }
        state
    }

    /// Gives up the memory of many that waited once.
    #[cold]
    #[inline(never)]
    fn shrink(&mut self) {
        self.nodes = Vec::new();
        self.free = None;
    }
}
