//! What stands in place of `.await`, `yield` and `yield_all!`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Arm, Attribute, Block, Expr, ExprMatch, Macro, Pat, Stmt};

use crate::args::Kind;
use crate::root::Root;
use crate::signature::{self, generated};

/// Writes them, for one function.
pub(crate) struct Lowering<'a> {
    pub(crate) kind: &'a Kind,
    pub(crate) root: &'a Root,
    pub(crate) function: &'a str,
}

impl Lowering<'_> {
    /// The user's operand stands in the scrutinee, outside the loop, so that `break`, `continue`
    /// and labels in it mean the user's loops, and its temporaries live as in an `async fn`.
    pub(crate) fn await_expr(&self, it: &syn::ExprAwait) -> Expr {
        let (attrs, base, at) = (&it.attrs, &it.base, it.await_token.span);
        let span = generated(at);
        let site = self.site(at);
        let suspend = self.suspend(span);
        let operand = generated(base.span());
        let p = self.root.private(operand);
        let leaf = quote_spanned! {operand=>
            #p::at_once(#p::Awaited(#base).__coweave_into_leaf())
        };
        let step = quote_spanned! {operand=>
            // SAFETY: the leaf is a local of a `static` coroutine under a hygienic name, so nothing
            // moves it; the argument is that of the resume that is going on.
            unsafe { #p::step(&mut __leaf, __cx, &__SITE) }
        };
        let resumed = quote_spanned! {operand=>
            // SAFETY: as for the step.
            unsafe { #p::resumed(&mut __leaf) }
        };
        let drive = quote_spanned! {span=>
            '__given: {
                match { __given } {
                    ::core::option::Option::Some(__output) => break '__given __output,
                    ::core::option::Option::None => {}
                }
                loop {
                    #site
                    match #step {
                        ::core::task::Poll::Ready(__output) => break __output,
                        ::core::task::Poll::Pending => {}
                    }
                    #suspend
                    if let ::core::option::Option::Some(__output) = #resumed {
                        break __output;
                    }
                }
            }
        };
        match_on(attrs, leaf, quote_spanned!(span=> (__given, mut __leaf)), drive, it.span())
    }

    /// The item is bound to its type first, so that an error in it is told at the item.
    pub(crate) fn yield_expr(&self, it: &syn::ExprYield) -> Expr {
        let at = it.yield_token.span;
        let span = generated(at);
        let item =
            it.expr.as_ref().map_or_else(|| quote_spanned!(span=> ()), |e| e.to_token_stream());
        let suspend = self.yield_item(quote_spanned!(span=> __item), generated(it.span()));
        let annotation = self.item_annotation(span);
        let attrs = it.attrs.clone();
        // Without a value of its own, the compiler offers `__item` where another is expected.
        let value = matches!(self.kind, Kind::Stream { .. }).then(|| quote_spanned!(span=> ()));
        let inside = quote_spanned!(span=> let __item #annotation = #item; #suspend #value);
        let stmts = vec![Stmt::Expr(Expr::Verbatim(inside), None)];
        let block = Block { brace_token: syn::token::Brace(it.span()), stmts };
        Expr::Block(syn::ExprBlock { attrs, label: None, block })
    }

    pub(crate) fn yield_all(&self, attrs: &[Attribute], mac: &Macro, source: &Expr) -> Expr {
        let at = mac.path.span();
        let span = generated(at);
        let operand = generated(source.span());
        let (root, p) = (self.root.at(operand), self.root.private(operand));
        let suspend = self.yield_item(quote_spanned!(span=> __item), span);
        let annotation = self.item_annotation(operand);
        let bind = quote_spanned!(operand=> let __item #annotation = __item;);
        let Kind::Generator { resume, .. } = self.kind else {
            let site = self.site(at);
            let pending = self.suspend(span);
            let step = quote_spanned! {operand=>
                // SAFETY: the stream is a local of a `static` coroutine under a hygienic name, so
                // nothing moves it; the argument is that of the resume that is going on.
                unsafe { #p::step_stream(&mut __source, __cx, &__SITE) }
            };
            let drive = quote_spanned! {span=>
                loop {
                    #site
                    match #step {
                        ::core::task::Poll::Ready(::core::option::Option::Some(__item)) => {
                            #bind
                            #suspend
                        }
                        ::core::task::Poll::Ready(::core::option::Option::None) => break,
                        ::core::task::Poll::Pending => { #pending }
                    }
                }
            };
            let source = source.to_token_stream();
            return match_on(attrs, source, quote_spanned!(span=> mut __source), drive, span);
        };
        let into_source = quote_spanned! {operand=>
            #p::Delegated(#source).__coweave_into_source()
        };
        let next = quote_spanned! {operand=>
            #p::Source::<#resume>::resume_source(&mut __source, __value)
        };
        let drive = quote_spanned! {span=> {
            let mut __value = ::core::option::Option::None;
            loop {
                match #next {
                    #root::CoroutineState::Yielded(__item) => {
                        #bind
                        __value = ::core::option::Option::Some(#suspend);
                    }
                    #root::CoroutineState::Complete(__output) => break __output,
                }
            }
        }};
        match_on(attrs, into_source, quote_spanned!(span=> mut __source), drive, span)
    }

    /// Hands `item` out; an expression in a generator, a statement in a stream.
    fn yield_item(&self, item: TokenStream, span: Span) -> TokenStream {
        let p = self.root.private(span);
        match self.kind {
            Kind::Task => TokenStream::new(),
            Kind::Generator { resume, .. } => {
                quote_spanned!(span=> #p::resumed_with::<#resume>(yield #p::item(#item)))
            }
            // SAFETY: yielded at once, and `__cx` becomes the next resume's token.
            Kind::Stream { .. } => quote_spanned! {span=>
                __cx = yield unsafe { #p::Step::item(#item) };
            },
        }
    }

    /// Waits for the next resume, which brings its own argument.
    fn suspend(&self, span: Span) -> TokenStream {
        let p = self.root.private(span);
        match self.kind {
            // SAFETY: yielded at once, and `__cx` becomes the next resume's token.
            Kind::Stream { .. } => quote_spanned! {span=>
                __cx = yield unsafe { #p::Step::pending() };
            },
            // SAFETY: as above.
            Kind::Task | Kind::Generator { .. } => quote_spanned! {span=>
                __cx = yield unsafe { #p::suspended() };
            },
        }
    }

    fn item_annotation(&self, span: Span) -> TokenStream {
        match self.kind {
            Kind::Generator { item, .. } | Kind::Stream { item }
                if !signature::contains_impl(item) =>
            {
                quote_spanned!(span=> : #item)
            }
            Kind::Task | Kind::Generator { .. } | Kind::Stream { .. } => TokenStream::new(),
        }
    }

    fn site(&self, at: Span) -> TokenStream {
        site(at, self.function, self.root)
    }
}

/// Where the user's token stands; `line!()` would give the line of the attribute.
pub(crate) fn site(at: Span, function: &str, root: &Root) -> TokenStream {
    let (file, start) = (at.file(), at.start());
    // Columns of the compiler start at 1.
    let (line, column) = (start.line as u32, start.column as u32 + 1);
    let span = generated(at);
    let p = root.private(span);
    quote_spanned! {span=>
        static __SITE: #p::Site = #p::Site::new(#function, #file, #line, #column);
    }
}

/// `{ match … }` for a statement, because clippy calls the semicolon after a `match` unnecessary.
///
/// Only a statement ends where the block does, and with it the life of its temporaries. The block
/// is the macro's, so that clippy leaves it alone; lints about the value look through it.
pub(crate) fn put_into_block(expr: &mut Expr) {
    let brace_token = syn::token::Brace(generated(expr.span()));
    let block = Block { brace_token, stmts: vec![Stmt::Expr(expr.clone(), None)] };
    *expr = Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block });
}

/// `value` as what a statement gives: lints about what must be used are told at `at`.
pub(crate) fn discarded(value: TokenStream, at: Span) -> TokenStream {
    let name = quote_spanned!(generated(at)=> __value);
    let mut expr = match_on(&[], value, name.clone(), name, at);
    put_into_block(&mut expr);
    expr.into_token_stream()
}

/// `expr`, a `match`, with the attributes of the macro that it was.
pub(crate) fn with_attributes(attrs: &[Attribute], mut expr: Expr) -> Expr {
    if let Expr::Match(it) = &mut expr {
        it.attrs = attrs.to_vec();
    }
    expr
}

/// `match scrutinee { pattern => body }`, as a tree, so that it is put into parentheses where it
/// would otherwise end a statement.
///
/// `span` is the user's, for a lint about the value, as one that must be used, is told where the
/// expression is that has no macro around it.
fn match_on(
    attrs: &[Attribute],
    scrutinee: TokenStream,
    pattern: TokenStream,
    body: TokenStream,
    span: Span,
) -> Expr {
    // What is awaited may never end; the body is the macro's alone.
    let allow = syn::parse_quote_spanned!(generated(span)=> #[allow(unreachable_code)]);
    let arm = Arm {
        attrs: vec![allow],
        pat: Pat::Verbatim(pattern),
        guard: None,
        fat_arrow_token: syn::Token![=>](span),
        body: Box::new(Expr::Verbatim(body)),
        comma: None,
    };
    Expr::Match(ExprMatch {
        attrs: attrs.to_vec(),
        match_token: syn::Token![match](span),
        expr: Box::new(Expr::Verbatim(scrutinee)),
        brace_token: syn::token::Brace(span),
        arms: vec![arm],
    })
}
