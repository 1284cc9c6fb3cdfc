import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { BusbarProblem } from '#libs/sdk/client.js';
import { App } from './app.js';
import './styles.css';
import './customers.css';
import './sharing.css';
import './installation.css';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refuses stays refused; only a lost connection is worth another try.
      retry: (failures, error) => !(error instanceof BusbarProblem) && failures < 3,
      staleTime: 5_000,
    },
  },
});

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </StrictMode>,
  );
