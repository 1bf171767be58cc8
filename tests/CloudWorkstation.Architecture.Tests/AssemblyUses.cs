using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace CloudWorkstation.Architecture.Tests;

/// <summary>
/// Reads which namespaces the code of an assembly uses, without loading it: every type that a signature, a field, a base type or an instruction
/// of a type names. Names of types of the same assembly come from its own table, those of others from its references.
/// </summary>
internal sealed class AssemblyUses : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    public AssemblyUses(string name)
    {
        _file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll")));
        _metadata = _file.GetMetadataReader();
    }

    public IEnumerable<string> ReferencedAssemblies => _metadata.AssemblyReferences.Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name));

    /// <summary>"user → used" for each type of <paramref name="from"/> that uses one of <paramref name="to"/>.</summary>
    public IReadOnlyList<string> Uses(Func<string, bool> from, Func<string, bool> to)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var handle in _metadata.TypeDefinitions.Where(handle => from(NamespaceOf(handle))))
        {
            foreach (var used in TypesUsedBy(handle).Where(used => to(NamespaceOf(used))))
                found.Add($"{NameOf(handle)} -> {NameOf(used)}");
        }

        return [.. found];
    }

    public void Dispose() => _file.Dispose();

    private IEnumerable<EntityHandle> TypesUsedBy(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var collector = new SignatureTypes();
        if (!type.BaseType.IsNil)
            collector.Add(_metadata, type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations())
            collector.Add(_metadata, _metadata.GetInterfaceImplementation(implemented).Interface);
        foreach (var field in type.GetFields())
            _metadata.GetFieldDefinition(field).DecodeSignature(collector, 0);
        foreach (var method in type.GetMethods())
            CollectMethod(_metadata.GetMethodDefinition(method), collector);
        return collector.Found;
    }

    private void CollectMethod(MethodDefinition method, SignatureTypes collector)
    {
        method.DecodeSignature(collector, 0);
        if (method.RelativeVirtualAddress == 0)
            return;
        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(collector, 0);
        foreach (var token in Instructions.Tokens(body.GetILReader()))
            CollectToken(MetadataTokens.EntityHandle(token), collector);
    }

    private void CollectToken(EntityHandle handle, SignatureTypes collector)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeReference or HandleKind.TypeDefinition or HandleKind.TypeSpecification:
                collector.Add(_metadata, handle);
                break;
            case HandleKind.MemberReference:
                collector.Add(_metadata, _metadata.GetMemberReference((MemberReferenceHandle)handle).Parent);
                break;
            case HandleKind.MethodDefinition:
                collector.Add(_metadata, _metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                collector.Add(_metadata, _metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodSpecification:
                var generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                generic.DecodeSignature(collector, 0);
                CollectToken(generic.Method, collector);
                break;
            default:
                break;
        }
    }

    /// <summary>A nested type's own namespace is empty; what counts is the outermost type's.</summary>
    private string NamespaceOf(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                var type = _metadata.GetTypeDefinition((TypeDefinitionHandle)handle);
                return type.GetDeclaringType() is { IsNil: false } outer ? NamespaceOf(outer) : _metadata.GetString(type.Namespace);
            case HandleKind.TypeReference:
                var reference = _metadata.GetTypeReference((TypeReferenceHandle)handle);
                return reference.ResolutionScope.Kind == HandleKind.TypeReference ? NamespaceOf(reference.ResolutionScope) : _metadata.GetString(reference.Namespace);
            default:
                return "";
        }
    }

    private string NameOf(EntityHandle handle)
    {
        var (name, outer) = handle.Kind == HandleKind.TypeDefinition
            ? (_metadata.GetTypeDefinition((TypeDefinitionHandle)handle).Name, (EntityHandle)_metadata.GetTypeDefinition((TypeDefinitionHandle)handle).GetDeclaringType())
            : (_metadata.GetTypeReference((TypeReferenceHandle)handle).Name, _metadata.GetTypeReference((TypeReferenceHandle)handle).ResolutionScope);
        var nested = !outer.IsNil && outer.Kind is HandleKind.TypeDefinition or HandleKind.TypeReference && outer != handle;
        return nested && !outer.IsNil ? $"{NameOf(outer)}.{_metadata.GetString(name)}" : $"{NamespaceOf(handle)}.{_metadata.GetString(name)}";
    }
}
