// What a page of a product looks like; the browser's tests run it, the compiler checks its types.
import { StrictMode, type FormEvent } from 'react';
import { createRoot } from 'react-dom/client';
import { useRoom, useWebSocketClient } from '@intelgraph/websocket-client/react';

declare global {
  interface Window {
    settings: { url: string; token: string };
  }
}

interface Comment {
  text: string;
}

function Investigation({ id }: { id: string }) {
  const client = useWebSocketClient({ ...window.settings, random: () => 0.5 }); // half a second away: seen
  const { status, joined, error, messages, presence, send } = useRoom<Comment>(client, `investigation:${id}`, { keep: 50 });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void send({ text: String(form.get('text')) }, true);
  };
  return (
    <main>
      <p id="status">{status}{joined ? ', joined' : ''}{error}</p>
      <p id="here">{presence.map(user => user.userId).sort().join(' ')}</p>
      <ol id="said">{messages.map(message => <li key={message.id}>{message.from}: {message.payload.text}</li>)}</ol>
      <form onSubmit={submit}><input name="text" /><button>say</button></form>
    </main>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(<StrictMode><Investigation id="123" /></StrictMode>);
