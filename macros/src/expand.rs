//! Writes the lowered function. The only place that knows the compiler's unstable syntax.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Arm, Attribute, Block, Expr, ExprMatch, Macro, Pat, ReturnType, Stmt, Type};

use crate::args::{self, Kind};
use crate::errors::Errors;
use crate::input::{Body, Function, not_a_function};
use crate::signature::{self, Arguments, Output, generated};
use crate::{fallback, rewrite, validate};

/// `#[coweave::coroutine(…)]`.
pub(crate) fn coroutine(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let kind = args::parse(args, &mut errors);
    // What stands in the body is judged only where it is known what was meant.
    let is_kind_known = errors.is_empty() || !matches!(kind, Kind::Task);
    let mut function: Function = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = not_a_function(&item, "coroutine", error).to_compile_error();
            return quote!(#error #item);
        }
    };
    validate::check(&function, &kind, &mut errors);
    let mut body = function.parse_body().unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    if let Some(body) = &mut body
        && is_kind_known
    {
        rewrite::body(body, &kind, &function.sig.ident.to_string(), &mut errors);
    }
    if !errors.is_empty() {
        return fallback::expand(function, &kind, &errors);
    }
    expand(function, &kind, body.as_ref())
}

fn expand(mut function: Function, kind: &Kind, body: Option<&Block>) -> TokenStream {
    let output = Output::of(&function.sig);
    let at = match &function.sig.output {
        ReturnType::Default => function.sig.ident.span(),
        ReturnType::Type(_, ty) => ty.span(),
    };
    set_output(&mut function, signature::returned(kind, &output, at));
    let Some(body) = body else {
        let Body::Missing(semi) = function.body else { return TokenStream::new() };
        return function.with_body(&semi);
    };
    let arguments = Arguments::name_all(&mut function.sig);
    let literal = literal(kind, &output, &arguments, body, function.sig.ident.span());
    let mut braced = Group::new(Delimiter::Brace, literal);
    braced.set_span(generated(body.brace_token.span.join()));
    function.with_body(&braced)
}

pub(crate) fn set_output(function: &mut Function, ty: TokenStream) {
    function.sig.output = ReturnType::Type(Default::default(), Box::new(Type::Verbatim(ty)));
}

/// The coroutine itself, inside the call of what wraps it.
///
/// It is an argument of a safe function: in an argument no feature is needed for its attributes,
/// and the user's body does not stand in an `unsafe` block. It is `static`, because movable
/// coroutines are unsound on today's compiler.
fn literal(
    kind: &Kind,
    output: &Output,
    arguments: &Arguments,
    body: &Block,
    at: Span,
) -> TokenStream {
    let span = generated(at);
    let builtin = Ident::new("coroutine", Span::from(proc_macro::Span::def_site()));
    let Arguments { capture, destructure } = arguments;
    let (annotation, stmts) = (&output.annotation, &body.stmts);
    let lowered = quote_spanned! {span=>
        // SAFETY: the body suspends only where the rewriting has put a `yield`, each of which takes
        // the next resume's token.
        unsafe { ::coweave::__private::Lowered::new() },
    };
    let (wrapper, proof, parameter, in_scope) = match kind {
        Kind::Task => (
            quote_spanned!(span=> ::coweave::__private::task),
            lowered,
            quote_spanned!(span=> mut __cx: ::coweave::__private::ResumeArg),
            quote_spanned!(span=> IntoLeaf),
        ),
        Kind::Generator { item, resume } => {
            let item = nameable_or_inferred(item);
            let ret = if output.is_nameable { output.ty.clone() } else { quote!(_) };
            (
                quote_spanned!(span=> ::coweave::__private::generator::<#item, #resume, #ret, _>),
                TokenStream::new(),
                quote_spanned!(span=> _: ::core::option::Option<_>),
                quote_spanned!(span=> IntoSource),
            )
        }
        Kind::Stream { item } => {
            let item = nameable_or_inferred(item);
            (
                quote_spanned!(span=> ::coweave::__private::streaming::<#item, _>),
                lowered,
                quote_spanned!(span=> mut __cx: ::coweave::__private::ResumeArg),
                quote_spanned!(span=> IntoLeaf),
            )
        }
    };
    let statements = quote_spanned! {span=>
        #[allow(unused_imports)]
        use ::coweave::__private::#in_scope as _;
        #capture
        #destructure
        #(#stmts)*
    };
    let mut braced = Group::new(Delimiter::Brace, statements);
    braced.set_span(body.brace_token.span.join());
    let attributes = quote_spanned!(span=> #[#builtin] #[inline(always)]);
    quote_spanned!(span=> #wrapper(#proof #attributes static move |#parameter| #annotation #braced))
}

fn nameable_or_inferred(ty: &Type) -> TokenStream {
    if signature::contains_impl(ty) { quote!(_) } else { ty.to_token_stream() }
}

/// What stands in place of `.await`, `yield` and `yield_all!`.
pub(crate) struct Lowering<'a> {
    pub(crate) kind: &'a Kind,
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
        let leaf = quote_spanned! {operand=>
            ::coweave::__private::Awaited(#base).__coweave_into_leaf()
        };
        let step = quote_spanned! {operand=>
            // SAFETY: the leaf is a local of a `static` coroutine under a hygienic name, so nothing
            // moves it; the argument is that of the resume that is going on.
            unsafe { ::coweave::__private::step(&mut __leaf, __cx, &__SITE) }
        };
        let resumed = quote_spanned! {operand=>
            // SAFETY: as for the step.
            unsafe { ::coweave::__private::resumed(&mut __leaf) }
        };
        let drive = quote_spanned! {span=>
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
        };
        match_on(attrs, leaf, quote_spanned!(span=> mut __leaf), drive, generated(it.span()))
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
        let inside = quote_spanned!(span=> let __item #annotation = #item; #suspend);
        let stmts = vec![Stmt::Expr(Expr::Verbatim(inside), None)];
        let block = Block { brace_token: syn::token::Brace(span), stmts };
        Expr::Block(syn::ExprBlock { attrs, label: None, block })
    }

    pub(crate) fn yield_all(&self, attrs: &[Attribute], mac: &Macro, source: &Expr) -> Expr {
        let at = mac.path.span();
        let span = generated(at);
        let operand = generated(source.span());
        let suspend = self.yield_item(quote_spanned!(span=> __item), span);
        let annotation = self.item_annotation(operand);
        let bind = quote_spanned!(operand=> let __item #annotation = __item;);
        let Kind::Generator { resume, .. } = self.kind else {
            let site = self.site(at);
            let pending = self.suspend(span);
            let step = quote_spanned! {operand=>
                // SAFETY: the stream is a local of a `static` coroutine under a hygienic name, so
                // nothing moves it; the argument is that of the resume that is going on.
                unsafe { ::coweave::__private::step_stream(&mut __source, __cx, &__SITE) }
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
            ::coweave::__private::Delegated(#source).__coweave_into_source()
        };
        let next = quote_spanned! {operand=>
            ::coweave::__private::Source::<#resume>::resume_source(&mut __source, __value)
        };
        let drive = quote_spanned! {span=> {
            let mut __value = ::core::option::Option::None;
            loop {
                match #next {
                    ::coweave::CoroutineState::Yielded(__item) => {
                        #bind
                        __value = ::core::option::Option::Some(#suspend);
                    }
                    ::coweave::CoroutineState::Complete(__output) => break __output,
                }
            }
        }};
        match_on(attrs, into_source, quote_spanned!(span=> mut __source), drive, span)
    }

    /// Hands `item` out; an expression in a generator, a statement in a stream.
    fn yield_item(&self, item: TokenStream, span: Span) -> TokenStream {
        match self.kind {
            Kind::Task => TokenStream::new(),
            Kind::Generator { resume, .. } => {
                quote_spanned!(span=> ::coweave::__private::resumed_with::<#resume>(yield #item))
            }
            // SAFETY: yielded at once, and `__cx` becomes the next resume's token.
            Kind::Stream { .. } => quote_spanned! {span=>
                __cx = yield unsafe { ::coweave::__private::Step::item(#item) };
            },
        }
    }

    /// Waits for the next resume, which brings its own argument.
    fn suspend(&self, span: Span) -> TokenStream {
        match self.kind {
            // SAFETY: yielded at once, and `__cx` becomes the next resume's token.
            Kind::Stream { .. } => quote_spanned! {span=>
                __cx = yield unsafe { ::coweave::__private::Step::pending() };
            },
            // SAFETY: as above.
            Kind::Task | Kind::Generator { .. } => quote_spanned! {span=>
                __cx = yield unsafe { ::coweave::__private::suspended() };
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

    /// Where the user's token stands; `line!()` would give the line of the attribute.
    fn site(&self, at: Span) -> TokenStream {
        let token = at.unwrap();
        let (file, function) = (token.file(), self.function);
        let (line, column) = (token.line() as u32, token.column() as u32);
        let span = generated(at);
        quote_spanned! {span=>
            static __SITE: ::coweave::__private::Site =
                ::coweave::__private::Site::new(#function, #file, #line, #column);
        }
    }
}

/// `match scrutinee { pattern => body }`, as a tree, so that it is put into parentheses where it
/// would otherwise end a statement.
fn match_on(
    attrs: &[Attribute],
    scrutinee: TokenStream,
    pattern: TokenStream,
    body: TokenStream,
    span: Span,
) -> Expr {
    let arm = Arm {
        attrs: Vec::new(),
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
