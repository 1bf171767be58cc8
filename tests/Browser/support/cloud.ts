import { required } from "./people.ts";

interface Instance {
  id: string;
  state: string;
}

/** What is in the account, asked of moto beside the product. */
export class Cloud {
  private readonly cluster = "cws-local";

  /** Those of a desktop that are not terminated. */
  async instances(desktop: string): Promise<Instance[]> {
    return instancesIn(await this.ec2("DescribeInstances", { "Filter.1.Name": "tag:cws:desktop", "Filter.1.Value.1": desktop }));
  }

  /** Everything that costs money, holds a secret, or says that something was there. */
  async left(): Promise<string[]> {
    const cluster = { cluster: this.cluster };
    return [
      ...instancesIn(await this.ec2("DescribeInstances")).map((instance) => instance.id),
      ...all(await this.ec2("DescribeVolumes"), /<volumeId>([^<]+)/g),
      ...names(await this.json("ssm", "AmazonSSM.DescribeParameters", {}), "Parameters", "Name"),
      ...strings(await this.json("ecs", "AmazonEC2ContainerServiceV20141113.ListServices", cluster), "serviceArns"),
      ...strings(await this.json("ecs", "AmazonEC2ContainerServiceV20141113.ListTasks", { ...cluster, desiredStatus: "RUNNING" }), "taskArns"),
      ...all(await (await fetch(`${endpoint()}/cws-local-state?list-type=2`)).text(), /<Key>([^<]+)/g),
    ];
  }

  private ec2(action: string, parameters: Record<string, string> = {}): Promise<string> {
    const body = new URLSearchParams({ Action: action, Version: "2016-11-15", ...parameters }).toString();
    return send("ec2", { "Content-Type": "application/x-www-form-urlencoded" }, body);
  }

  private async json(service: string, target: string, body: object): Promise<Record<string, unknown>> {
    const text = await send(service, { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target }, JSON.stringify(body));
    return JSON.parse(text) as Record<string, unknown>;
  }
}

const endpoint = () => required("CWS_TEST_AWS_ENDPOINT");

async function send(service: string, headers: Record<string, string>, body: string): Promise<string> {
  const scope = `operator/20260101/eu-central-1/${service}/aws4_request`;
  const answer = await fetch(endpoint(), {
    method: "POST",
    headers: { ...headers, Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` },
    body,
  });
  if (!answer.ok) throw new Error(`${service}: ${answer.status} ${await answer.text()}`);
  return answer.text();
}

function instancesIn(xml: string): Instance[] {
  const ids = all(xml, /<instanceId>([^<]+)/g);
  const states = all(xml, /<instanceState>[\s\S]*?<name>([^<]+)/g);
  return ids.map((id, index) => ({ id, state: states[index]! })).filter((instance) => instance.state !== "terminated");
}

const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]!);
const strings = (body: Record<string, unknown>, member: string): string[] => body[member] as string[];
const names = (body: Record<string, unknown>, member: string, name: string): string[] => (body[member] as Record<string, string>[]).map((item) => item[name]!);
