/*
 * transport.c - how connections fail, by the names and numbers of those who report it: libcurl, the C library, HTTP clients of other languages,
 * ourselves.
 *
 * libcurl's numbers and names are those of include/curl/curl.h and do not change; they are written out here, for errnorm does not depend on
 * libcurl. Those that cannot happen with HTTP are not listed.
 */
#include <errnorm/codes.h>

#include <errno.h>
#include <string.h>

#include "num.h"
#include "str.h"

/* XX(number, name behind CURLE_, transport) */
/* clang-format off */
#define CURL_LIST(XX) \
	XX(1, UNSUPPORTED_PROTOCOL, NOT_SENT) XX(2, FAILED_INIT, INTERNAL) \
	XX(3, URL_MALFORMAT, NOT_SENT) XX(4, NOT_BUILT_IN, NOT_SENT) \
	XX(5, COULDNT_RESOLVE_PROXY, PROXY) XX(6, COULDNT_RESOLVE_HOST, DNS) \
	XX(7, COULDNT_CONNECT, REFUSED) XX(8, WEIRD_SERVER_REPLY, PROTOCOL) \
	XX(16, HTTP2, RESET) XX(18, PARTIAL_FILE, EOF) XX(23, WRITE_ERROR, CANCELLED) \
	XX(25, UPLOAD_FAILED, RESET) XX(26, READ_ERROR, CANCELLED) XX(27, OUT_OF_MEMORY, LOCAL) \
	XX(28, OPERATION_TIMEDOUT, READ_TIMEOUT) XX(33, RANGE_ERROR, PROTOCOL) \
	XX(35, SSL_CONNECT_ERROR, TLS) XX(42, ABORTED_BY_CALLBACK, CANCELLED) \
	XX(43, BAD_FUNCTION_ARGUMENT, NOT_SENT) XX(45, INTERFACE_FAILED, LOCAL) \
	XX(47, TOO_MANY_REDIRECTS, PROTOCOL) XX(48, UNKNOWN_OPTION, NOT_SENT) \
	XX(49, SETOPT_OPTION_SYNTAX, NOT_SENT) XX(52, GOT_NOTHING, EOF) \
	XX(53, SSL_ENGINE_NOTFOUND, NOT_SENT) XX(54, SSL_ENGINE_SETFAILED, NOT_SENT) \
	XX(55, SEND_ERROR, RESET) XX(56, RECV_ERROR, RESET) XX(58, SSL_CERTPROBLEM, NOT_SENT) \
	XX(59, SSL_CIPHER, NOT_SENT) XX(60, PEER_FAILED_VERIFICATION, TLS_CERT) \
	XX(61, BAD_CONTENT_ENCODING, PROTOCOL) XX(63, FILESIZE_EXCEEDED, TOO_LARGE) \
	XX(65, SEND_FAIL_REWIND, INTERNAL) XX(66, SSL_ENGINE_INITFAILED, NOT_SENT) \
	XX(67, LOGIN_DENIED, CLIENT_CERT) XX(77, SSL_CACERT_BADFILE, NOT_SENT) \
	XX(80, SSL_SHUTDOWN_FAILED, EOF) XX(81, AGAIN, INTERNAL) \
	XX(82, SSL_CRL_BADFILE, NOT_SENT) XX(83, SSL_ISSUER_ERROR, TLS_CERT) \
	XX(88, CHUNK_FAILED, INTERNAL) XX(89, NO_CONNECTION_AVAILABLE, LOCAL) \
	XX(90, SSL_PINNEDPUBKEYNOTMATCH, TLS_CERT) XX(91, SSL_INVALIDCERTSTATUS, TLS_CERT) \
	XX(92, HTTP2_STREAM, RESET) XX(93, RECURSIVE_API_CALL, NOT_SENT) \
	XX(94, AUTH_ERROR, CLIENT_CERT) XX(95, HTTP3, RESET) XX(96, QUIC_CONNECT_ERROR, REFUSED) \
	XX(97, PROXY, PROXY) XX(98, SSL_CLIENTCERT, CLIENT_CERT) \
	XX(99, UNRECOVERABLE_POLL, INTERNAL) XX(100, TOO_LARGE, TOO_LARGE) XX(101, ECH_REQUIRED, TLS)
/* clang-format on */

/* XX(name, transport): those that every system has under this name. */
/* clang-format off */
#define ERRNO_LIST(XX) \
	XX(ECONNREFUSED, REFUSED) XX(ECONNRESET, RESET) XX(EPIPE, RESET) XX(ECONNABORTED, RESET) \
	XX(ETIMEDOUT, CONNECT_TIMEOUT) XX(EHOSTUNREACH, UNREACHABLE) \
	XX(ENETUNREACH, UNREACHABLE) XX(ENETDOWN, LOCAL) XX(ENETRESET, RESET) \
	XX(EADDRNOTAVAIL, LOCAL) XX(EMFILE, LOCAL) XX(ENFILE, LOCAL) XX(ENOBUFS, LOCAL) \
	XX(ENOMEM, LOCAL) XX(EACCES, LOCAL) XX(EPERM, LOCAL) XX(EPROTO, PROTOCOL) \
	XX(ENOTCONN, INTERNAL)
/* clang-format on */

/* XX(name, transport): getaddrinfo's; their numbers differ from system to system. */
/* clang-format off */
#define EAI_LIST(XX) \
	XX(EAI_NONAME, DNS) XX(EAI_AGAIN, DNS) XX(EAI_FAIL, DNS) XX(EAI_NODATA, DNS) \
	XX(EAI_ADDRFAMILY, DNS) XX(EAI_MEMORY, LOCAL) XX(EAI_FAMILY, NOT_SENT) \
	XX(EAI_SOCKTYPE, NOT_SENT) XX(EAI_SERVICE, NOT_SENT) XX(EAI_BADFLAGS, NOT_SENT) \
	XX(EHOSTDOWN, UNREACHABLE)
/* clang-format on */

/*
 * XX(name, transport): what HTTP clients of other languages call it, as an error's code or class. Left out are names that do not say how the
 * connection failed (ConnectionError, ERR_NETWORK), and those that mean different things in different languages.
 *   Node: nodejs.org/api/errors.html, nodejs.org/api/tls.html, github.com/nodejs/undici (docs/api/Errors.md), github.com/nodejs/llhttp
 *   Python: www.python-httpx.org/exceptions, docs.aiohttp.org (client exceptions), urllib3.readthedocs.io (exceptions), docs.python.org (os)
 *   Java: the classes of java.net, java.net.http and javax.net.ssl
 */
/* clang-format off */
#define CLIENT_LIST(XX) \
	XX(ENOTFOUND, DNS) XX(UND_ERR_CONNECT_TIMEOUT, CONNECT_TIMEOUT) XX(UND_ERR_HEADERS_TIMEOUT, READ_TIMEOUT) \
	XX(UND_ERR_BODY_TIMEOUT, READ_TIMEOUT) XX(UND_ERR_SOCKET, EOF) XX(UND_ERR_ABORTED, CANCELLED) \
	XX(UND_ERR_HEADERS_OVERFLOW, PROTOCOL) XX(UND_ERR_RES_CONTENT_LENGTH_MISMATCH, PROTOCOL) \
	XX(UND_ERR_RES_EXCEEDED_MAX_SIZE, TOO_LARGE) XX(UND_ERR_INVALID_ARG, NOT_SENT) XX(UND_ERR_PRX_TLS, PROXY) \
	XX(ABORT_ERR, CANCELLED) XX(AbortError, CANCELLED) XX(ERR_CANCELED, CANCELLED) XX(ERR_INVALID_URL, NOT_SENT) \
	XX(ERR_STREAM_PREMATURE_CLOSE, EOF) XX(ESOCKETTIMEDOUT, READ_TIMEOUT) XX(HPE_HEADER_OVERFLOW, PROTOCOL) \
	XX(HPE_INVALID_CONSTANT, PROTOCOL) XX(HPE_INVALID_HEADER_TOKEN, PROTOCOL) XX(HPE_INVALID_CHUNK_SIZE, PROTOCOL) \
	XX(CERT_HAS_EXPIRED, TLS_CERT) XX(CERT_NOT_YET_VALID, TLS_CERT) XX(CERT_UNTRUSTED, TLS_CERT) XX(CERT_REJECTED, TLS_CERT) \
	XX(CERT_REVOKED, TLS_CERT) XX(CERT_SIGNATURE_FAILURE, TLS_CERT) XX(DEPTH_ZERO_SELF_SIGNED_CERT, TLS_CERT) \
	XX(SELF_SIGNED_CERT_IN_CHAIN, TLS_CERT) XX(UNABLE_TO_GET_ISSUER_CERT, TLS_CERT) \
	XX(UNABLE_TO_GET_ISSUER_CERT_LOCALLY, TLS_CERT) XX(UNABLE_TO_VERIFY_LEAF_SIGNATURE, TLS_CERT) \
	XX(ERR_TLS_CERT_ALTNAME_INVALID, TLS_CERT) XX(HOSTNAME_MISMATCH, TLS_CERT) XX(ERR_TLS_HANDSHAKE_TIMEOUT, CONNECT_TIMEOUT) \
	XX(ConnectTimeout, CONNECT_TIMEOUT) XX(ReadTimeout, READ_TIMEOUT) XX(WriteTimeout, WRITE_TIMEOUT) XX(PoolTimeout, LOCAL) \
	XX(ReadError, RESET) XX(WriteError, RESET) XX(RemoteProtocolError, EOF) XX(LocalProtocolError, NOT_SENT) \
	XX(UnsupportedProtocol, NOT_SENT) XX(ProxyError, PROXY) XX(SSLError, TLS) XX(ChunkedEncodingError, EOF) XX(InvalidURL, NOT_SENT) \
	XX(ConnectTimeoutError, CONNECT_TIMEOUT) XX(ReadTimeoutError, READ_TIMEOUT) XX(NewConnectionError, REFUSED) \
	XX(NameResolutionError, DNS) XX(IncompleteRead, EOF) XX(ServerDisconnectedError, EOF) XX(ClientConnectorDNSError, DNS) \
	XX(ClientConnectorCertificateError, TLS_CERT) XX(ClientConnectorSSLError, TLS) XX(ClientPayloadError, EOF) \
	XX(ConnectionTimeoutError, CONNECT_TIMEOUT) XX(SocketTimeoutError, READ_TIMEOUT) XX(ServerTimeoutError, READ_TIMEOUT) \
	XX(ConnectionRefusedError, REFUSED) XX(ConnectionResetError, RESET) XX(BrokenPipeError, RESET) XX(gaierror, DNS) \
	XX(UnknownHostException, DNS) XX(NoRouteToHostException, UNREACHABLE) XX(SocketTimeoutException, READ_TIMEOUT) \
	XX(HttpConnectTimeoutException, CONNECT_TIMEOUT) XX(HttpTimeoutException, READ_TIMEOUT) XX(SSLHandshakeException, TLS) \
	XX(CertificateException, TLS_CERT) XX(SSLPeerUnverifiedException, TLS_CERT) XX(MalformedURLException, NOT_SENT)
/* clang-format on */

struct alias {
	const char *name;
	uint32_t transport;
};

static const struct alias aliases[] = {
#define XX(number, NAME, transport) {"CURLE_" #NAME, ERRNORM_TRANSPORT_##transport},
	CURL_LIST(XX)
#undef XX
#define XX(name, transport) {#name, ERRNORM_TRANSPORT_##transport},
		ERRNO_LIST(XX) EAI_LIST(XX) CLIENT_LIST(XX)
#undef XX
};

static const char *const names[] = {NULL,
#define XX(number, NAME, name, meaning) #name,
				    ERRNORM_TRANSPORT_LIST(XX)
#undef XX
};

const char *errnorm_transport_name(uint32_t transport)
{
	return transport <= ERRNORM_TRANSPORT_MAX ? names[transport] : NULL;
}

uint32_t errnorm_transport_from_name(struct errnorm_str name)
{
	int64_t number;

	if (!name.ptr)
		return ERRNORM_TRANSPORT_NONE;
	for (uint32_t i = 1; i <= ERRNORM_TRANSPORT_MAX; i++)
		if (en_str_eq(name, en_str(names[i], strlen(names[i]))))
			return i;
	for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
		if (en_str_eq(name, en_str(aliases[i].name, strlen(aliases[i].name))))
			return aliases[i].transport;
	if (en_str_starts(name, EN_STR("curl:")) && en_num_int(en_str_from(name, 5), &number) && number > 0 &&
	    number < 1000)
		return errnorm_transport_from_curl((int)number);
	return ERRNORM_TRANSPORT_NONE;
}

uint32_t errnorm_transport_from_curl(int curl_code)
{
	switch (curl_code) {
	case 0:
		return ERRNORM_TRANSPORT_NONE;
#define XX(number, NAME, transport)                                                                                    \
	case number:                                                                                                   \
		return ERRNORM_TRANSPORT_##transport;
		CURL_LIST(XX)
#undef XX
	default:
		return ERRNORM_TRANSPORT_INTERNAL;
	}
}

uint32_t errnorm_transport_from_errno(int errnum)
{
	switch (errnum) {
	case 0:
		return ERRNORM_TRANSPORT_NONE;
#define XX(name, transport)                                                                                            \
	case name:                                                                                                     \
		return ERRNORM_TRANSPORT_##transport;
		ERRNO_LIST(XX)
#undef XX
#ifdef EHOSTDOWN
	case EHOSTDOWN:
		return ERRNORM_TRANSPORT_UNREACHABLE;
#endif
	default:
		return ERRNORM_TRANSPORT_INTERNAL;
	}
}
