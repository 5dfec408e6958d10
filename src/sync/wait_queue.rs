//! Who waits at a primitive, first in first out: the one queue of wait nodes of all primitives.
//!
//! The nodes lie in the queue's own storage, linked by their places; whoever waits holds only its
//! key. So a future that waits may be moved, and be dropped anywhere, without a pointer into it. A
//! node is either waiting, with what its owner offers or asks for, or granted, with what it was
//! given; then its owner fetches that, or, when it is dropped instead, passes it on.
//!
//! Who comes while nobody waits has a node of its own, beside the storage and linked to nothing: most
//! often there is no other. As long as it waits it is before all that are linked.
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

use std::hint::cold_path;
use std::num::NonZeroU32;
use std::panic::Location;

use crate::task::wait_place::WaitPlace;
use crate::task::waiter::{Asker, Wait, Wakes};

/// See the module.
#[derive(Debug)]
pub struct WaitQueue<W, G> {
    /// The node of who came while nobody waited.
    alone: State<W, G>,
    /// Those who came behind it.
    nodes: Vec<Node<W, G>>,
    first: Link,
    last: Link,
    free: Link,
    /// Alone or linked.
    waiting_count: u32,
    /// Nodes of the storage that are not free.
    used_count: u32,
    made_at: &'static Location<'static>,
    place: WaitPlace,
}

/// A node of the storage.
type Link = Option<Key>;

/// Names a node of a queue to its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key(NonZeroU32);

/// The node beside the storage. The keys of the others are their places, plus two.
const ALONE: Key = Key(NonZeroU32::MIN);
const FIRST_KEY: usize = 2;

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
            alone: State::Free,
            nodes: Vec::new(),
            first: None,
            last: None,
            free: None,
            waiting_count: 0,
            used_count: 0,
            made_at: Location::caller(),
            place: WaitPlace::NONE,
        }
    }

    /// What reports know of the primitive.
    pub(crate) fn place(&self) -> &WaitPlace {
        &self.place
    }

    #[inline(always)]
    fn node(&mut self, key: Key) -> &mut Node<W, G> {
        &mut self.nodes[key.0.get() as usize - FIRST_KEY]
    }

    #[inline(always)]
    fn state(&mut self, key: Key) -> &mut State<W, G> {
        if key == ALONE { &mut self.alone } else { &mut self.node(key).state }
    }

    /// Whether nobody waits.
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting_count == 0
    }

    /// How many wait.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.waiting_count as usize
    }

    /// Whether somebody was granted something and has not fetched it.
    #[inline]
    pub(crate) fn has_granted(&self) -> bool {
        let is_used = !matches!(self.alone, State::Free);
        self.used_count + u32::from(is_used) > self.waiting_count
    }

    /// The asker waits from now on, behind all others; gives `with` back if it has no waiter yet.
    #[inline(always)]
    pub(crate) fn join(&mut self, asker: &mut impl Asker, with: W) -> Result<Key, W> {
        let Some(waiter) = asker.take() else { return Err(with) };
        asker.waits_at(self.place.number(self.made_at));
        if self.waiting_count == 0 && matches!(self.alone, State::Free) {
            self.waiting_count = 1;
            self.alone = State::Waiting(waiter, with);
            return Ok(ALONE);
        }
        cold_path();
        self.waiting_count += 1;
        Ok(self.link(waiter, with))
    }

    /// Links a node behind all others.
    #[inline]
    fn link(&mut self, waiter: Wait, with: W) -> Key {
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
        self.used_count += 1;
        key
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, node: Node<W, G>) -> Key {
        let key = u32::try_from(self.nodes.len() + FIRST_KEY).ok().and_then(NonZeroU32::new);
        self.nodes.push(node);
        Key(key.expect("fewer than 2^32 wait at one primitive"))
    }

    /// What the first that waits offers or asks for.
    #[inline(always)]
    pub(crate) fn first(&self) -> Option<&W> {
        if self.is_empty() {
            return None;
        }
        if let State::Waiting(_, with) = &self.alone {
            return Some(with);
        }
        match &self.nodes[self.first?.0.get() as usize - FIRST_KEY].state {
            State::Waiting(_, with) => Some(with),
            State::Granted(_) | State::Free => unreachable!("who is linked waits"),
        }
    }

    /// Grants the first that waits what `grant` makes of what it offers, and gives who is to be
    /// woken; nothing if nobody waits.
    #[inline(always)]
    pub(crate) fn grant_first(&mut self, grant: impl FnOnce(W) -> G) -> Option<Wait> {
        if self.is_empty() {
            return None;
        }
        if self.has_one_alone() {
            return Some(self.grant_alone(grant));
        }
        self.waiting_count -= 1;
        let key = self.first?;
        let node = self.node(key);
        let behind = node.behind;
        let waiter = node.state.grant(grant);
        self.first = behind;
        match behind {
            Some(behind) => self.node(behind).before = None,
            None => self.last = None,
        }
        Some(waiter)
    }

    /// Whether the first that waits has the node beside the storage.
    #[inline(always)]
    pub(crate) fn has_one_alone(&self) -> bool {
        matches!(self.alone, State::Waiting(..))
    }

    /// Grants that one.
    #[inline(always)]
    pub(crate) fn grant_alone(&mut self, grant: impl FnOnce(W) -> G) -> Wait {
        self.waiting_count -= 1;
        self.alone.grant(grant)
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
        match self.state(key) {
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

    /// What `take` takes of what a node's owner was given, if it was and that is usual; its key is then
    /// given up.
    ///
    /// Taken where it lies: were the whole node moved, it would be read in other pieces than it was
    /// written in, for which a processor has to wait.
    #[inline(always)]
    pub(crate) fn fetch<R>(
        &mut self,
        key: Key,
        take: impl FnOnce(&mut G) -> Option<R>,
    ) -> Option<R> {
        if key == ALONE {
            return self.alone.fetch(take);
        }
        cold_path();
        self.fetch_linked(key, take)
    }

    #[inline(never)]
    fn fetch_linked<R>(&mut self, key: Key, take: impl FnOnce(&mut G) -> Option<R>) -> Option<R> {
        let given = self.node(key).state.fetch(take)?;
        self.free(key);
        Some(given)
    }

    /// A node's owner gives up. The waiter is given back to be dropped where nothing is held.
    #[inline]
    pub(crate) fn leave(&mut self, key: Key) -> (Left<W, G>, Option<Wait>) {
        let linked = (key != ALONE).then(|| {
            let node = self.node(key);
            (node.before, node.behind)
        });
        match self.release(key) {
            State::Granted(given) => (Left::Granted(given), None),
            State::Waiting(waiter, with) => {
                if let Some((before, behind)) = linked {
                    self.unlink(before, behind);
                }
                self.waiting_count -= 1;
                (Left::Waiting(with), Some(waiter))
            }
            State::Free => unreachable!("a key is held by the node's owner alone"),
        }
    }

    /// Who waited between these two does so no more.
    fn unlink(&mut self, before: Link, behind: Link) {
        match before {
            Some(before) => self.node(before).behind = behind,
            None => self.first = behind,
        }
        match behind {
            Some(behind) => self.node(behind).before = before,
            None => self.last = before,
        }
    }

    /// Empties a node, for others to use.
    #[inline(always)]
    fn release(&mut self, key: Key) -> State<W, G> {
        let state = std::mem::replace(self.state(key), State::Free);
        if key != ALONE {
            self.free(key);
        }
        state
    }

    /// Gives a node back to the storage.
    #[inline]
    fn free(&mut self, key: Key) {
        let free = self.free;
        self.node(key).behind = free;
        self.free = Some(key);
        self.used_count -= 1;
        if self.used_count == 0 && self.nodes.len() > KEPT {
            self.shrink();
        }
    }

    /// Gives up the memory of many that waited once.
    #[cold]
    #[inline(never)]
    fn shrink(&mut self) {
        self.nodes = Vec::new();
        self.free = None;
    }
}

impl<W, G> State<W, G> {
    /// Empties a node that was granted what is usual.
    #[inline(always)]
    fn fetch<R>(&mut self, take: impl FnOnce(&mut G) -> Option<R>) -> Option<R> {
        if let Self::Granted(given) = self
            && let Some(taken) = take(given)
        {
            *self = Self::Free;
            return Some(taken);
        }
        cold_path();
        None
    }

    /// Grants a node that waits.
    #[inline(always)]
    fn grant(&mut self, grant: impl FnOnce(W) -> G) -> Wait {
        let Self::Waiting(waiter, with) = std::mem::replace(self, Self::Free) else {
            unreachable!("who is first waits")
        };
        *self = Self::Granted(grant(with));
        waiter
    }
}
