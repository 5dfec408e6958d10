//! Which primitives may be sent to, and shared with, other threads.

use coweave::sync::any::{
    Barrier, Condvar, Event, Mutex, Notify, OnceCell, Promise, RwLock, Semaphore, WaitGroup,
};
use coweave::sync::{
    Acquire, AcquireOwned, BarrierWait, CondvarWait, EventWait, Local, Lock, MutexGuard, Notified,
    OwnedSemaphorePermit, OwnedWorker, PromiseWait, Read, RwLockReadGuard, RwLockWriteGuard,
    SemaphorePermit, Shared, WaitGroupWait, Worker, Write,
};

use crate::probe::{Both, Neither, Not, Probe, Send, Sync, assert_traits};

#[test]
fn locks_are_sent_and_shared_as_far_as_their_values_allow() {
    assert_traits! {
        Mutex<Both, Shared>: true true;
        Mutex<Send, Shared>: true true;
        Mutex<Sync, Shared>: false false;
        Mutex<Neither, Shared>: false false;
        Mutex<Both, Local>: true false;
        RwLock<Both, Shared>: true true;
        RwLock<Send, Shared>: true false;
        RwLock<Sync, Shared>: false false;
        RwLock<Neither, Shared>: false false;
        RwLock<Both, Local>: true false;
        Promise<Both, Shared>: true true;
        Promise<Send, Shared>: true false;
        Promise<Sync, Shared>: false false;
        Promise<Both, Local>: true false;
        OnceCell<Both, Shared>: true true;
        OnceCell<Send, Shared>: true false;
        OnceCell<Sync, Shared>: false false;
        OnceCell<Both, Local>: true false;
    }
}

#[test]
fn guards_are_sent_and_shared_as_far_as_their_values_allow() {
    assert_traits! {
        MutexGuard<'static, Both>: true true;
        MutexGuard<'static, Send>: true false;
        MutexGuard<'static, Sync>: false true;
        MutexGuard<'static, Neither>: false false;
        MutexGuard<'static, Both, Local>: false false;
        RwLockReadGuard<'static, Both>: true true;
        RwLockReadGuard<'static, Send>: false false;
        RwLockReadGuard<'static, Sync>: true true;
        RwLockReadGuard<'static, Neither>: false false;
        RwLockReadGuard<'static, Both, Local>: false false;
        RwLockWriteGuard<'static, Both>: true true;
        RwLockWriteGuard<'static, Send>: false false;
        RwLockWriteGuard<'static, Sync>: false true;
        RwLockWriteGuard<'static, Neither>: false false;
        RwLockWriteGuard<'static, Both, Local>: false false;
        SemaphorePermit<'static>: true true;
        SemaphorePermit<'static, Local>: false false;
        OwnedSemaphorePermit: true true;
        OwnedSemaphorePermit<Local>: false false;
        Worker<'static>: true true;
        Worker<'static, Local>: false false;
        OwnedWorker: true true;
        OwnedWorker<Local>: false false;
    }
}

#[test]
fn what_holds_no_value_is_shared_in_one_mode_and_only_sent_in_the_other() {
    assert_traits! {
        Semaphore<Shared>: true true;
        Semaphore<Local>: true false;
        Event<Shared>: true true;
        Event<Local>: true false;
        Barrier<Shared>: true true;
        Barrier<Local>: true false;
        Condvar<Shared>: true true;
        Condvar<Local>: true false;
        WaitGroup<Shared>: true true;
        WaitGroup<Local>: true false;
        Notify<Shared>: true true;
        Notify<Local>: true false;
    }
}

#[test]
fn futures_are_sent_where_their_primitives_are_shared() {
    assert_traits! {
        Lock<'static, Both>: true true;
        Lock<'static, Send>: true true;
        Lock<'static, Sync>: false false;
        Lock<'static, Both, Local>: false false;
        Read<'static, Both>: true true;
        Read<'static, Send>: false false;
        Read<'static, Both, Local>: false false;
        Write<'static, Both>: true true;
        Write<'static, Send>: false false;
        Write<'static, Both, Local>: false false;
        Acquire<'static>: true true;
        Acquire<'static, Local>: false false;
        AcquireOwned: true true;
        AcquireOwned<Local>: false false;
        EventWait<'static>: true true;
        EventWait<'static, Local>: false false;
        PromiseWait<'static, Both>: true true;
        PromiseWait<'static, Send>: false false;
        PromiseWait<'static, Both, Local>: false false;
        BarrierWait<'static>: true true;
        BarrierWait<'static, Local>: false false;
        CondvarWait<'static, 'static, Both>: true true;
        CondvarWait<'static, 'static, Send>: true false;
        CondvarWait<'static, 'static, Both, Local>: false false;
        WaitGroupWait<'static>: true true;
        WaitGroupWait<'static, Local>: false false;
        Notified<'static>: true true;
        Notified<'static, Local>: false false;
    }
}
