import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

/**
 * The network of a browser that can become another one: an HTTP proxy (RFC 9110 section 9.3.6 for WebSockets) that, when told to, leaves every connection
 * that is open without a word. Nothing is closed and nothing arrives any more, as when a laptop takes the cable out and goes on by radio.
 */
export class Network {
  private readonly carried = new Set<Socket>();
  private readonly server = createServer((incoming, answer) => this.pass(incoming, answer));

  static async start(): Promise<Network> {
    const network = new Network();
    network.server.on("connect", (head: IncomingMessage, near: Socket) => network.tunnel(head, near));
    await new Promise<void>((resolve) => network.server.listen(0, "127.0.0.1", resolve));
    return network;
  }

  /** For a browser context: loopback too goes through it. */
  get proxy() {
    return { server: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`, bypass: "<-loopback>" };
  }

  change(): void {
    for (const socket of this.carried) {
      socket.unpipe();
      socket.removeAllListeners("end");
      socket.pause();
    }
    this.carried.clear();
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private tunnel(head: IncomingMessage, near: Socket) {
    const { hostname, port } = new URL(`http://${head.url}`);
    const far = connect(Number(port), hostname, () => {
      near.write("HTTP/1.1 200 Connection established\r\n\r\n");
      near.pipe(far).pipe(near);
    });
    for (const [one, other] of [[near, far], [far, near]] as const) {
      this.carried.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => this.carried.delete(one) && other.destroy());
    }
  }

  /** A connection for each request, as after a change of the network: a browser that is told of one forgets those it keeps. */
  private pass(incoming: IncomingMessage, answer: ServerResponse) {
    const far = request(incoming.url!, { method: incoming.method, headers: { ...incoming.headers, connection: "close" }, agent: false }, (response) => {
      answer.writeHead(response.statusCode!, { ...response.headers, connection: "close" });
      response.pipe(answer);
    });
    far.on("error", () => answer.destroy());
    answer.on("close", () => far.destroy());
    incoming.pipe(far);
  }
}
