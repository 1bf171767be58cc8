using System.Net;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace CloudWorkstation.Manager.Aws.Calls;

/// <summary>A call in EC2's query protocol: form fields there, XML back.</summary>
internal sealed class QueryCall(string operation) : AwsCall(operation)
{
    private readonly List<(string Name, string Value)> fields = [];

    public QueryCall With(string name, string? value)
    {
        if (value is not null)
        {
            fields.Add((name, value));
        }

        return this;
    }

    public override IRequest ToRequest(AwsService service)
    {
        var request = new DefaultRequest(this, service.ServiceId) { HttpMethod = "POST", ResourcePath = "/" };
        request.Parameters.Add("Action", Operation);
        request.Parameters.Add("Version", service.Version);
        foreach (var (name, value) in fields)
        {
            request.Parameters.Add(name, value);
        }

        return request;
    }
}

/// <summary>Reads an XML answer as it arrives; an answer of thousands of machines is never in memory as a whole tree.</summary>
internal sealed class QueryAnswerReader<T>(Func<XmlReader, T> read) : XmlResponseUnmarshaller
{
    private static readonly XmlReaderSettings Safe = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreWhitespace = true, IgnoreComments = true };

    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input)
    {
        using var reader = XmlReader.Create(input.Stream, Safe);
        return new AwsAnswer<T> { Value = read(reader) };
    }

    public override AmazonServiceException UnmarshallException(XmlUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        try
        {
            using var reader = XmlReader.Create(input.Stream, Safe);
            var answer = XElement.Load(reader);
            var code = Text(answer, "Code") ?? AwsErrors.Http(statusCode);
            return new AmazonServiceException(Text(answer, "Message") ?? code, innerException, ErrorType.Unknown, code, Text(answer, "RequestId") ?? Text(answer, "RequestID"), statusCode);
        }
        catch (XmlException)
        {
            // Something between us and the service answered, a proxy or a load balancer; its page explains nothing.
            var code = AwsErrors.Http(statusCode);
            return new AmazonServiceException($"The answer was {(int)statusCode} without an explanation.", innerException, ErrorType.Unknown, code, null, statusCode);
        }
    }

    private static string? Text(XElement answer, string name) => answer.Descendants().FirstOrDefault(e => e.Name.LocalName == name)?.Value;
}
